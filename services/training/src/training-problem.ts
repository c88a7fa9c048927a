/** Why a training can't be done, in words for the campaign's owner. Trying again without a change would fail again. */
export class TrainingProblem extends Error {
  override readonly name = 'TrainingProblem';
}

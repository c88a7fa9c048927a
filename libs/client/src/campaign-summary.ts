import { Campaign_State, type Campaign } from '@spectrawl/contracts';

/** A campaign in a few lines for people. */
export function campaignSummary({
  campaignId,
  state,
  preset,
  poolId,
  seedPoolIds,
  seed,
  labelsSpent,
  stopReason,
  problem,
  catalogue,
  classes,
}: Campaign): string {
  const lines = [
    `campaign ${campaignId}: ${Campaign_State[state].toLowerCase()}, preset ${preset}, seed ${seed}`,
    `searches pool ${poolId}, seeded by ${seedPoolIds.join(', ')}; ${labelsSpent} labels spent`,
  ];
  if (stopReason !== '') lines.push(`the loop ended: ${stopReason}`);
  if (problem !== '') lines.push(`PROBLEM: ${problem}`);
  if (catalogue) {
    const counts = classes.slice(1).map((name, at) => `${catalogue.classCounts[at + 1] ?? 0} ${name}`);
    const cut = catalogue.threshold > 0 ? `, probability of emission at least ${catalogue.threshold}` : '';
    const claim = `error at most ${(100 * catalogue.errorUpper).toFixed(1)} %`;
    lines.push(
      `catalogue: ${catalogue.candidates} candidates (${counts.join(', ')})${cut}; ${catalogue.certified ? 'certified' : 'NOT certified'}: ${claim}`,
    );
  }
  return lines.join('\n');
}

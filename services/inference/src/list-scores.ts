import { Inject, Injectable } from '@nestjs/common';
import { BoundedStreams } from '@spectrawl/grpc';
import { rangedObject, type ObjectStore } from '@spectrawl/object-store';
import { openScores } from '@spectrawl/pool';
import { OBJECT_STORE } from '@spectrawl/runtime';
import { ScoringRunRepository } from './scoring-run.repository.ts';

/** Scores of one message. */
const BATCH = 1000;
/** Scores of one reading, some 2 MB. */
const READ_ROWS = 8 * BATCH;
/** Streams that are read at a time. */
const MOST_LISTS = 64;

/** Streams the scores of a finished run, shard by shard. */
@Injectable()
export class ListScores {
  readonly #underWay = new BoundedStreams(MOST_LISTS, 'lists of scores');

  constructor(
    @Inject(ScoringRunRepository) private readonly runs: ScoringRunRepository,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
  ) {}

  /** @throws {ServiceError} SCORING_RUN_NOT_FOUND, SCORING_RUN_UNFINISHED, TOO_MANY_CALLS */
  list(scoringRunId: string) {
    return this.#underWay.open(this.#batches(scoringRunId));
  }

  async *#batches(scoringRunId: string) {
    await this.runs.scored(scoringRunId);
    for (const { shard, scores_key: key } of await this.runs.scoredShards(scoringRunId)) {
      const file = await openScores(await rangedObject(this.objects, key));
      const width = file.description.classes.length;
      for (let from = 0; from < file.rows; from += READ_ROWS) {
        const rows = await file.read({
          columns: ['id', 'probabilities', 'uncertainty'],
          rows: { start: from, end: Math.min(from + READ_ROWS, file.rows) },
        });
        for (let start = 0; start < rows.id.length; start += BATCH) {
          const scores = rows.id.slice(start, start + BATCH).map((spectrumId, at) => ({
            spectrumId,
            probabilities: [...rows.probabilities.subarray((start + at) * width, (start + at + 1) * width)],
            uncertainty: rows.uncertainty[start + at] ?? 0,
          }));
          yield { shard, scores };
        }
      }
    }
  }
}

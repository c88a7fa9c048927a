import { Inject, Injectable } from '@nestjs/common';
import { ServiceError } from '@spectrawl/grpc';
import { rangedObject, type ObjectStore } from '@spectrawl/object-store';
import { readScores } from '@spectrawl/pool';
import { OBJECT_STORE } from '@spectrawl/runtime';
import { ScoringRunRepository } from './scoring-run.repository.ts';

/** Scores of one message. */
const BATCH = 1000;

/** Streams the scores of a finished run, shard by shard. */
@Injectable()
export class ListScores {
  constructor(
    @Inject(ScoringRunRepository) private readonly runs: ScoringRunRepository,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
  ) {}

  /** @throws {ServiceError} SCORING_RUN_NOT_FOUND, SCORING_RUN_UNFINISHED */
  async *list(scoringRunId: string) {
    const run = await this.runs.run(scoringRunId);
    if (run.end_time === null) {
      throw new ServiceError(
        'SCORING_RUN_UNFINISHED',
        `scoring run "${scoringRunId}" has ${run.shards_scored} of ${run.shards_planned} shards: wait until it succeeded`,
      );
    }
    for (const { shard, scores_key: key } of await this.runs.scoredShards(scoringRunId)) {
      const { rows, description } = await readScores(await rangedObject(this.objects, key), {
        columns: ['id', 'probabilities', 'uncertainty'],
      });
      const width = description.classes.length;
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

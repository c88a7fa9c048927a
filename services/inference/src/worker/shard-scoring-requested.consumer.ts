import { Inject, Injectable } from '@nestjs/common';
import type { ShardScoringRequested, ShardScoringRequestedSchema } from '@spectrawl/contracts';
import type { ReceivedEvent } from '@spectrawl/event-bus';
import type { EventConsumer } from '@spectrawl/runtime';
import { withSpan } from '@spectrawl/telemetry';
import { ScoreShard } from './score-shard.ts';

@Injectable()
export class ShardScoringRequestedConsumer implements EventConsumer<typeof ShardScoringRequestedSchema> {
  constructor(@Inject(ScoreShard) private readonly scoring: ScoreShard) {}

  async handle(request: ShardScoringRequested, event: ReceivedEvent): Promise<void> {
    const about = { 'spectrawl.scoring_run.id': request.scoringRunId, 'spectrawl.shard.number': request.shard };
    await withSpan('score shard', about, () => this.scoring.score(request, event));
  }
}

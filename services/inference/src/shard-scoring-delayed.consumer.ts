import { Inject, Injectable } from '@nestjs/common';
import type { ShardScoringDelayed, ShardScoringDelayedSchema } from '@spectrawl/contracts';
import type { ReceivedEvent } from '@spectrawl/event-bus';
import type { EventConsumer } from '@spectrawl/runtime';
import { RecordProblem } from './record-problem.ts';

@Injectable()
export class ShardScoringDelayedConsumer implements EventConsumer<typeof ShardScoringDelayedSchema> {
  constructor(@Inject(RecordProblem) private readonly useCase: RecordProblem) {}

  async handle(event: ShardScoringDelayed, { eventId }: ReceivedEvent): Promise<void> {
    await this.useCase.delayed(event, eventId);
  }
}

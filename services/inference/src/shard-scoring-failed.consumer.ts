import { Inject, Injectable } from '@nestjs/common';
import type { ShardScoringFailed, ShardScoringFailedSchema } from '@spectrawl/contracts';
import type { ReceivedEvent } from '@spectrawl/event-bus';
import type { EventConsumer } from '@spectrawl/runtime';
import { RecordProblem } from './record-problem.ts';

@Injectable()
export class ShardScoringFailedConsumer implements EventConsumer<typeof ShardScoringFailedSchema> {
  constructor(@Inject(RecordProblem) private readonly useCase: RecordProblem) {}

  async handle(event: ShardScoringFailed, { eventId }: ReceivedEvent): Promise<void> {
    await this.useCase.failed(event, eventId);
  }
}

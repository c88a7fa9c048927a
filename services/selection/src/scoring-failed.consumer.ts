import { Inject, Injectable } from '@nestjs/common';
import type { ScoringFailed, ScoringFailedSchema } from '@spectrawl/contracts';
import type { ReceivedEvent } from '@spectrawl/event-bus';
import type { EventConsumer } from '@spectrawl/runtime';
import { StepProblems } from './step-problems.ts';

@Injectable()
export class ScoringFailedConsumer implements EventConsumer<typeof ScoringFailedSchema> {
  constructor(@Inject(StepProblems) private readonly problems: StepProblems) {}

  async handle(event: ScoringFailed, { eventId }: ReceivedEvent): Promise<void> {
    await this.problems.scoringFailed(event, eventId);
  }
}

import { Inject, Injectable } from '@nestjs/common';
import type { ScoringDelayed, ScoringDelayedSchema } from '@spectrawl/contracts';
import type { ReceivedEvent } from '@spectrawl/event-bus';
import type { EventConsumer } from '@spectrawl/runtime';
import { StepProblems } from './step-problems.ts';

@Injectable()
export class ScoringDelayedConsumer implements EventConsumer<typeof ScoringDelayedSchema> {
  constructor(@Inject(StepProblems) private readonly problems: StepProblems) {}

  async handle(event: ScoringDelayed, { eventId }: ReceivedEvent): Promise<void> {
    await this.problems.scoringDelayed(event, eventId);
  }
}

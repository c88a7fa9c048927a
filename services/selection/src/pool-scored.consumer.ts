import { Inject, Injectable } from '@nestjs/common';
import type { PoolScored, PoolScoredSchema } from '@spectrawl/contracts';
import type { ReceivedEvent } from '@spectrawl/event-bus';
import type { EventConsumer } from '@spectrawl/runtime';
import { aboutIteration, withSpan } from '@spectrawl/telemetry';
import { SelectBatch } from './select-batch.ts';
import { StepProblems } from './step-problems.ts';
import { WatchCampaign } from './watch-campaign.ts';

@Injectable()
export class PoolScoredConsumer implements EventConsumer<typeof PoolScoredSchema> {
  constructor(
    @Inject(SelectBatch) private readonly useCase: SelectBatch,
    @Inject(StepProblems) private readonly problems: StepProblems,
    @Inject(WatchCampaign) private readonly watching: WatchCampaign,
  ) {}

  async handle(event: PoolScored, received: ReceivedEvent): Promise<void> {
    const { campaignId, iteration } = event;
    const step = `selecting the batch of iteration ${iteration}`;
    await this.problems.during({ campaignId, step }, received, () =>
      withSpan('select batch', aboutIteration(event), () => this.useCase.select(event, received.eventId)),
    );
    this.watching.changed();
  }
}

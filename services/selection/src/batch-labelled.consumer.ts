import { Inject, Injectable } from '@nestjs/common';
import type { BatchLabelled, BatchLabelledSchema } from '@spectrawl/contracts';
import type { ReceivedEvent } from '@spectrawl/event-bus';
import type { EventConsumer } from '@spectrawl/runtime';
import { aboutIteration, withSpan } from '@spectrawl/telemetry';
import { CloseIteration } from './close-iteration.ts';
import { StepProblems } from './step-problems.ts';
import { WatchCampaign } from './watch-campaign.ts';

@Injectable()
export class BatchLabelledConsumer implements EventConsumer<typeof BatchLabelledSchema> {
  constructor(
    @Inject(CloseIteration) private readonly useCase: CloseIteration,
    @Inject(StepProblems) private readonly problems: StepProblems,
    @Inject(WatchCampaign) private readonly watching: WatchCampaign,
  ) {}

  async handle(event: BatchLabelled, received: ReceivedEvent): Promise<void> {
    const { campaignId, iteration } = event;
    const step = `what follows the labelling of iteration ${iteration}`;
    await this.problems.during({ campaignId, step }, received, () =>
      withSpan('estimate error', aboutIteration(event), () => this.useCase.close(event, received.eventId)),
    );
    this.watching.changed();
  }
}

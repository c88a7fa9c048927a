import { Inject, Injectable } from '@nestjs/common';
import type { BatchLabelled, BatchLabelledSchema } from '@spectrawl/contracts';
import type { ReceivedEvent } from '@spectrawl/event-bus';
import type { EventConsumer } from '@spectrawl/runtime';
import { aboutIteration, withSpan } from '@spectrawl/telemetry';
import { CloseIteration } from './close-iteration.ts';
import { WatchCampaign } from './watch-campaign.ts';

@Injectable()
export class BatchLabelledConsumer implements EventConsumer<typeof BatchLabelledSchema> {
  constructor(
    @Inject(CloseIteration) private readonly useCase: CloseIteration,
    @Inject(WatchCampaign) private readonly watching: WatchCampaign,
  ) {}

  async handle(event: BatchLabelled, { eventId }: ReceivedEvent): Promise<void> {
    await withSpan('estimate error', aboutIteration(event), () => this.useCase.close(event, eventId));
    this.watching.changed();
  }
}

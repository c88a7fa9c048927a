import { Inject, Injectable } from '@nestjs/common';
import type { PoolScored, PoolScoredSchema } from '@spectrawl/contracts';
import type { ReceivedEvent } from '@spectrawl/event-bus';
import type { EventConsumer } from '@spectrawl/runtime';
import { aboutIteration, withSpan } from '@spectrawl/telemetry';
import { SelectBatch } from './select-batch.ts';
import { WatchCampaign } from './watch-campaign.ts';

@Injectable()
export class PoolScoredConsumer implements EventConsumer<typeof PoolScoredSchema> {
  constructor(
    @Inject(SelectBatch) private readonly useCase: SelectBatch,
    @Inject(WatchCampaign) private readonly watching: WatchCampaign,
  ) {}

  async handle(event: PoolScored, { eventId }: ReceivedEvent): Promise<void> {
    await withSpan('select batch', aboutIteration(event), () => this.useCase.select(event, eventId));
    this.watching.changed();
  }
}

import { Inject, Injectable } from '@nestjs/common';
import type { ModelTrained, ModelTrainedSchema } from '@spectrawl/contracts';
import type { ReceivedEvent } from '@spectrawl/event-bus';
import type { EventConsumer } from '@spectrawl/runtime';
import { RecordModel } from './record-model.ts';
import { WatchCampaign } from './watch-campaign.ts';

@Injectable()
export class ModelTrainedConsumer implements EventConsumer<typeof ModelTrainedSchema> {
  constructor(
    @Inject(RecordModel) private readonly useCase: RecordModel,
    @Inject(WatchCampaign) private readonly watching: WatchCampaign,
  ) {}

  async handle(event: ModelTrained, { eventId }: ReceivedEvent): Promise<void> {
    await this.useCase.trained(event, eventId);
    this.watching.changed();
  }
}

import { Inject, Injectable } from '@nestjs/common';
import type { TrainingFailed, TrainingFailedSchema } from '@spectrawl/contracts';
import type { ReceivedEvent } from '@spectrawl/event-bus';
import type { EventConsumer } from '@spectrawl/runtime';
import { RecordModel } from './record-model.ts';
import { WatchCampaign } from './watch-campaign.ts';

@Injectable()
export class TrainingFailedConsumer implements EventConsumer<typeof TrainingFailedSchema> {
  constructor(
    @Inject(RecordModel) private readonly useCase: RecordModel,
    @Inject(WatchCampaign) private readonly watching: WatchCampaign,
  ) {}

  async handle(event: TrainingFailed, { eventId }: ReceivedEvent): Promise<void> {
    await this.useCase.failed(event, eventId);
    this.watching.changed();
  }
}

import { Inject, Injectable } from '@nestjs/common';
import type { IterationStarted, IterationStartedSchema } from '@spectrawl/contracts';
import type { ReceivedEvent } from '@spectrawl/event-bus';
import type { EventConsumer } from '@spectrawl/runtime';
import { aboutIteration, withSpan } from '@spectrawl/telemetry';
import { TrainModel } from './train-model.ts';

@Injectable()
export class IterationStartedConsumer implements EventConsumer<typeof IterationStartedSchema> {
  constructor(@Inject(TrainModel) private readonly training: TrainModel) {}

  async handle(event: IterationStarted, received: ReceivedEvent): Promise<void> {
    await withSpan('train model', aboutIteration(event), () => this.training.train(event, received));
  }
}

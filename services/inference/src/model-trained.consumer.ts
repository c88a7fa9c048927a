import { Inject, Injectable } from '@nestjs/common';
import type { ModelTrained, ModelTrainedSchema } from '@spectrawl/contracts';
import type { ReceivedEvent } from '@spectrawl/event-bus';
import type { EventConsumer } from '@spectrawl/runtime';
import { aboutIteration, withSpan } from '@spectrawl/telemetry';
import { PlanScoring } from './plan-scoring.ts';

@Injectable()
export class ModelTrainedConsumer implements EventConsumer<typeof ModelTrainedSchema> {
  constructor(@Inject(PlanScoring) private readonly useCase: PlanScoring) {}

  async handle(event: ModelTrained, received: ReceivedEvent): Promise<void> {
    await withSpan('plan scoring', aboutIteration(event), () => this.useCase.plan(event, received));
  }
}

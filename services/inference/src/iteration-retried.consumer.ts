import { Inject, Injectable } from '@nestjs/common';
import type { IterationRetried, IterationRetriedSchema } from '@spectrawl/contracts';
import type { ReceivedEvent } from '@spectrawl/event-bus';
import type { EventConsumer } from '@spectrawl/runtime';
import { RetryScoring } from './retry-scoring.ts';

@Injectable()
export class IterationRetriedConsumer implements EventConsumer<typeof IterationRetriedSchema> {
  constructor(@Inject(RetryScoring) private readonly useCase: RetryScoring) {}

  async handle(event: IterationRetried, received: ReceivedEvent): Promise<void> {
    await this.useCase.retry(event, received);
  }
}

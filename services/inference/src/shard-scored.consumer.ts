import { Inject, Injectable } from '@nestjs/common';
import type { ShardScored, ShardScoredSchema } from '@spectrawl/contracts';
import type { ReceivedEvent } from '@spectrawl/event-bus';
import type { EventConsumer } from '@spectrawl/runtime';
import { RecordShard } from './record-shard.ts';

@Injectable()
export class ShardScoredConsumer implements EventConsumer<typeof ShardScoredSchema> {
  constructor(@Inject(RecordShard) private readonly useCase: RecordShard) {}

  async handle(event: ShardScored, { eventId }: ReceivedEvent): Promise<void> {
    await this.useCase.record(event, eventId);
  }
}

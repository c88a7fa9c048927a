import type { MessageShape } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import type { BatchSelectedSchema } from '@spectrawl/contracts';
import type { ReceivedEvent } from '@spectrawl/event-bus';
import type { EventConsumer } from '@spectrawl/runtime';
import { aboutIteration, withSpan } from '@spectrawl/telemetry';
import { OpenBatch } from './open-batch.ts';

/** A batch was drawn: its tasks are opened. */
@Injectable()
export class BatchSelectedConsumer implements EventConsumer<typeof BatchSelectedSchema> {
  constructor(@Inject(OpenBatch) private readonly opening: OpenBatch) {}

  handle(selected: MessageShape<typeof BatchSelectedSchema>, { eventId }: ReceivedEvent): Promise<void> {
    return withSpan('open batch', aboutIteration(selected), () => this.opening.open(selected, eventId));
  }
}

import { busRetention, ledgerRetention, LedgerRetentionError } from '@spectrawl/event-bus';
import { z } from 'zod';
import type { EventBusSection } from './event-bus-config.ts';

const DAY = 24 * 3_600_000;

/** How long services remember the events that they said and took in, in milliseconds; see `ledgerRetention` of libs/event-bus. */
export const LedgerSection = z.strictObject({
  outboxRetention: z.int().min(DAY).optional(),
  inboxRetention: z.int().min(DAY).optional(),
});

/** Refuses to forget what the bus may still deliver. */
export function checkLedger(
  { eventBus, ledger }: { eventBus: z.infer<typeof EventBusSection>; ledger: z.infer<typeof LedgerSection> },
  context: z.RefinementCtx,
): void {
  try {
    ledgerRetention(busRetention(eventBus), { outbox: ledger.outboxRetention, inbox: ledger.inboxRetention });
  } catch (error) {
    if (!(error instanceof LedgerRetentionError)) throw error;
    context.addIssue({ code: 'custom', path: ['ledger'], message: error.message });
  }
}

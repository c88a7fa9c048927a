import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ledgerRetention, LedgerRetentionError, type LedgerRetention } from './ledger-retention.ts';

const DAY = 24 * 3_600_000;
function isAccepted(bus: number, chosen: LedgerRetention): boolean {
  try {
    ledgerRetention(bus, chosen);
    return true;
  } catch (error) {
    if (error instanceof LedgerRetentionError) return false;
    throw error;
  }
}
const days = fc.integer({ min: 1, max: 400 }).map((count) => count * DAY);

it('by default remembers more than two weeks what was said and a month what was taken in', () => {
  expect(ledgerRetention(14 * DAY)).toEqual({ outbox: 16 * DAY, inbox: 30 * DAY });
});

it('accepts what reaches far enough beyond the bus and the outbox, and nothing less', () => {
  fc.assert(
    fc.property(days, fc.nat({ max: 10 }), fc.nat({ max: 10 }), (bus, beyondBus, beyondOutbox) => {
      const outbox = bus + beyondBus * DAY;
      const inbox = outbox + beyondOutbox * DAY;
      expect(isAccepted(bus, { outbox, inbox })).toBe(beyondBus >= 2 && beyondOutbox >= 2);
    }),
  );
});

it('says which value has to be what', () => {
  expect(() => ledgerRetention(14 * DAY, { outbox: 10 * DAY })).toThrow(
    /after 10 days, but the bus may deliver them for 16 days: give the outbox at least 1382400000/,
  );
  expect(() => ledgerRetention(14 * DAY, { inbox: 10 * DAY })).toThrow(/give the inbox at least 1555200000/);
});

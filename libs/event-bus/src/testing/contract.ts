export { Arrivals } from './arrivals.ts';
export { describeEventBusContract, type EventBusHarness } from './event-bus-contract.ts';
export { describeLedgerContract, type LedgerHarness } from './ledger-contract.ts';

export { defineEvent } from './event-type.ts';
export type { EventType } from './event-type.ts';

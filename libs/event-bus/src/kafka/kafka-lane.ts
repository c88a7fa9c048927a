import { setTimeout as delay } from 'node:timers/promises';
import { logger } from '@spectrawl/telemetry';
import type { Attempts, Turn } from '../attempts.ts';
import type { EventEnvelope } from '../event-bus.ts';
import { delayAfter, retryPolicy } from '../retry.ts';

const log = logger('event-bus');

/** A dead letter that the brokers do not take holds up its partition until they do. */
const BURIAL_RETRY = retryPolicy({ attempts: Infinity });

/** Above so many events or bytes in memory no more are fetched for a partition, until fewer are left than the low water. */
const HIGH_WATER = { events: 500, bytes: 256 * 1024 };
const LOW_WATER = { events: 100, bytes: 64 * 1024 };

/** An event at its offset. */
export interface FetchedEvent {
  event: EventEnvelope;
  offset: number;
}

/** What a lane tells the member that it belongs to. */
export interface LaneOwner {
  /** Publishes an event to the dead-letter topic. */
  bury(letter: EventEnvelope): Promise<void>;
  /** More is handled than is recorded. */
  onProgress(): void;
  /** There is room again for events. */
  onRoom(lane: KafkaLane): void;
  /** No handler has an event of the lane any more, or it waits before it tries again. */
  onIdle(): void;
}

/**
 * `working` takes one event after the other. `frozen` finishes the one in hand, while the group deals out its partitions.
 * `lost` belongs to another member, or to none, and what comes of the event in hand counts no more.
 */
type State = 'working' | 'frozen' | 'lost';

/** One partition as a member of a group works through it, event by event. */
export class KafkaLane implements Turn {
  readonly topic: string;
  readonly partition: number;
  readonly #attempts: Attempts;
  readonly #owner: LaneOwner;
  readonly #stop = new AbortController();
  readonly #waiting: FetchedEvent[] = [];
  #waitingBytes = 0;
  /** Whether fetching for the partition rests until there is room. */
  #full = false;
  readonly #before: Promise<void> | undefined;
  #state: State = 'working';
  /** Whether a handler, or the dead-letter topic, has the event. */
  #busy = false;
  #running: Promise<void> | undefined;
  #expected: number;
  /** The offset that followed on the expected one the last time that it was not the next. */
  #gap: number | undefined;
  #done: number;
  #recorded: number;

  /**
   * @param start the offset of the first event to be handled
   * @param before resolves when an earlier lane of the partition, in this process, has let go of its event
   */
  constructor(
    { topic, partition }: { topic: string; partition: number },
    start: number,
    attempts: Attempts,
    owner: LaneOwner,
    before: Promise<void> | undefined,
  ) {
    this.topic = topic;
    this.partition = partition;
    this.#attempts = attempts;
    this.#owner = owner;
    this.#before = before;
    this.#expected = start;
    this.#done = start;
    this.#recorded = start;
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** The offset of the event that is to be fetched next. */
  get expected(): number {
    return this.#expected;
  }

  /** The offset after the last event handled. */
  get done(): number {
    return this.#done;
  }

  /** Whether the group has yet to learn what is handled. */
  get behind(): boolean {
    return this.#state !== 'lost' && this.#done > this.#recorded;
  }

  /** Whether the partition should not move now: its event in hand, or what was handled last, would be delivered again. */
  get held(): boolean {
    return this.#state !== 'lost' && (this.#busy || this.behind);
  }

  /** Whether no more should be fetched before {@link LaneOwner.onRoom}. */
  get full(): boolean {
    return this.#full;
  }

  /**
   * Takes events in, those that it has already excepted.
   * @returns false where events seem to lie before these ones, which are then not taken: fetch again from {@link expected} on.
   * A fetch may come late, from before the partition was dealt anew. A gap that is still there afterwards is one in the log.
   */
  accept(events: readonly FetchedEvent[]): boolean {
    const fresh = events.filter(({ offset }) => offset >= this.#expected);
    const [first, last] = [fresh[0], fresh.at(-1)];
    if (first === undefined || last === undefined) return true;
    if (first.offset > this.#expected && first.offset !== this.#gap) {
      this.#gap = first.offset;
      return false;
    }
    this.#waiting.push(...fresh);
    this.#waitingBytes += fresh.reduce((sum, { event }) => sum + event.value.byteLength, 0);
    this.#full ||= this.#waiting.length >= HIGH_WATER.events || this.#waitingBytes >= HIGH_WATER.bytes;
    this.#expected = last.offset + 1;
    this.#run();
    return true;
  }

  /** Notes that the group knows of everything before the offset. */
  record(offset: number): void {
    this.#recorded = Math.max(this.#recorded, offset);
  }

  freeze(): void {
    if (this.#state === 'working') this.#state = 'frozen';
  }

  thaw(): void {
    if (this.#state === 'frozen') this.#state = 'working';
    this.#run();
  }

  /** Gives the partition up. The handler's signal is aborted, since another member may be at the same event by now. */
  lose(): void {
    this.#state = 'lost';
    this.#waiting.length = 0;
    this.#stop.abort();
  }

  /** Takes no further event, and asks the handler to finish or to hand its event back. */
  stop(): void {
    this.#stop.abort();
  }

  /** Resolves when no handler has an event of this partition any more. */
  async idle(): Promise<void> {
    await this.#running;
  }

  begin(): boolean {
    if (this.#state !== 'working') return false;
    this.#busy = true;
    return true;
  }

  wait(): void {
    this.#busy = false;
    this.#owner.onIdle();
  }

  #run(): void {
    if (this.#running === undefined && this.#state === 'working' && this.#waiting.length > 0 && !this.signal.aborted) {
      this.#running = this.#work().finally(() => {
        this.#running = undefined;
        this.#owner.onIdle();
        // Events may have come, or the lane may have thawed, since the last look.
        this.#run();
      });
    }
  }

  async #work(): Promise<void> {
    await this.#before;
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined || this.#state !== 'working' || this.signal.aborted) return;
      const at = { partition: this.partition, position: next.offset };
      const outcome = await this.#attempts.seeThrough(next.event, at, this);
      const over = outcome === 'handled' || (outcome !== 'handed back' && (await this.#bury(outcome.letter)));
      this.#busy = false;
      if (!over || this.#waiting[0] !== next) return;
      this.#waiting.shift();
      this.#waitingBytes -= next.event.value.byteLength;
      this.#done = next.offset + 1;
      this.#owner.onProgress();
      if (this.#full && this.#waiting.length <= LOW_WATER.events && this.#waitingBytes <= LOW_WATER.bytes) {
        this.#full = false;
        this.#owner.onRoom(this);
      }
    }
  }

  async #bury(letter: EventEnvelope): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#owner.bury(letter);
        return true;
      } catch (error) {
        if (this.signal.aborted) return false;
        log.error({ error, event: letter.id, topic: letter.topic }, 'the dead-letter topic does not take an event');
        await delay(delayAfter(BURIAL_RETRY, attempt), undefined, { signal: this.signal }).catch(() => undefined);
      }
    }
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { metrics, type Attributes, type Meter, type ObservableResult } from '@opentelemetry/api';

const METER = 'spectrawl';

/** Milliseconds that a gauge has to be read, so that a database that is away does not hold up the others. */
const READING_TIME = 2_000;

export type MetricAttributes = Attributes;

export interface MetricDescription {
  description: string;
  /** UCUM: `s`, `By`, `{event}` */
  unit: string;
}

/** What a gauge shows at the moment it is looked at. */
export interface Reading {
  value: number;
  attributes?: MetricAttributes;
}

/** Counts the providers that there were: instruments belong to one, and are made anew for the next. */
let generation = 0;
let isCollecting = false;

/** Makes an instrument when it is first used. Instruments that are made before there is a provider would stay silent for ever. */
function lazily<T>(make: (meter: Meter) => T): () => T {
  let made: T | undefined;
  let madeIn = -1;
  return () => {
    if (made === undefined || madeIn !== generation) {
      made = make(metrics.getMeter(METER));
      madeIn = generation;
    }
    return made;
  };
}

/** A sum that only grows, since the start of the process. */
export function counter(name: string, description: MetricDescription) {
  const instrument = lazily((meter) => meter.createCounter(name, description));
  return {
    add(value: number, attributes: MetricAttributes = {}): void {
      if (isCollecting) instrument().add(value, attributes);
    },
  };
}

/** How values are distributed. @param boundaries upper ends of the buckets */
export function histogram(name: string, description: MetricDescription, boundaries: readonly number[]) {
  const advice = { explicitBucketBoundaries: [...boundaries] };
  const instrument = lazily((meter) => meter.createHistogram(name, { ...description, advice }));
  return {
    record(value: number, attributes: MetricAttributes = {}): void {
      if (isCollecting) instrument().record(value, attributes);
    },
  };
}

type Read = () => readonly Reading[] | Promise<readonly Reading[]>;

interface Gauge {
  description: MetricDescription;
  readonly reads: Set<Read>;
}

const gauges = new Map<string, Gauge>();

/**
 * Shows a state whenever metrics are collected. What cannot be read, or not in two seconds, is left out.
 * @returns ends it
 */
export function gauge(name: string, description: MetricDescription, read: Read): () => void {
  let known = gauges.get(name);
  if (known === undefined) {
    known = { description, reads: new Set() };
    gauges.set(name, known);
    if (isCollecting) register(name, known);
  }
  const { reads } = known;
  reads.add(read);
  return () => void reads.delete(read);
}

/** Says that metrics are collected from now on, by the provider that is the global one now; or no more. */
export function collect(on: boolean): void {
  generation += 1;
  isCollecting = on;
  if (on) for (const [name, one] of gauges) register(name, one);
}

function register(name: string, { description, reads }: Gauge): void {
  const instrument = metrics.getMeter(METER).createObservableGauge(name, description);
  instrument.addCallback(async (result) => {
    await Promise.all([...reads].map((read) => observe(read, result)));
  });
}

async function observe(read: Read, result: ObservableResult): Promise<void> {
  const over = new AbortController();
  const tooLate = delay(READING_TIME, [] as const, { signal: over.signal, ref: false }).catch(() => [] as const);
  try {
    for (const { value, attributes } of await Promise.race([read(), tooLate])) result.observe(value, attributes ?? {});
  } catch {
    // Nothing to show: the part that could not be read tells of its trouble itself.
  } finally {
    over.abort();
  }
}

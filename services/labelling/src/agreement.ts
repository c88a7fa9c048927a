import { measureAgreement, type Agreement } from '@spectrawl/active-learning';
import type { AnswerPairs } from './agreement.repository.ts';

/** How far answers agree, and which answers met. */
export interface MeasuredAgreement extends Agreement {
  /** by first and second answer, row-major, in the order of the categories */
  confusion: Int32Array;
}

/** What a campaign's second questions tell. */
export interface CampaignAgreement {
  /** all overlaps: first answers against second ones */
  overall: MeasuredAgreement;
  pairs: { first: string; second: string; agreement: MeasuredAgreement }[];
  annotators: {
    annotator: string;
    withOthers: MeasuredAgreement;
    withOneself: MeasuredAgreement;
    adjudicated: number;
    upheld: number;
  }[];
  iterations: { iteration: number; agreement: MeasuredAgreement }[];
  openDisagreements: number;
}

/** Answers that met, of whoever: rows are the first of the two. */
class Meetings {
  readonly #classes: readonly string[];
  readonly confusion: Int32Array;

  constructor(classes: readonly string[]) {
    this.#classes = classes;
    this.confusion = new Int32Array((classes.length + 1) ** 2);
  }

  add(first: string | null, second: string | null, count: number): void {
    const cell = this.#category(first) * (this.#classes.length + 1) + this.#category(second);
    this.confusion[cell] = this.confusion[cell]! + count;
  }

  /** 'unsure' is the last category. */
  #category(name: string | null): number {
    return name === null ? this.#classes.length : this.#classes.indexOf(name);
  }

  measure(): MeasuredAgreement {
    return { ...measureAgreement(this.confusion), confusion: this.confusion };
  }
}

/**
 * Measures how far annotators agree. 'unsure' is a category like a class: who is unsure where another one is sure disagrees.
 * @param classes the campaign's
 */
export function agreementOf(rows: readonly AnswerPairs[], classes: readonly string[]): CampaignAgreement {
  const none = () => new Meetings(classes);
  const pairs = new Grouped((_: string) => none());
  const iterations = new Grouped((_: number) => none());
  const annotators = new Grouped((_: string) => ({ others: none(), oneself: none(), adjudicated: 0, upheld: 0 }));
  const overall = none();
  let openDisagreements = 0;
  for (const row of rows) {
    const {
      first_annotator: first,
      second_annotator: second,
      first_class: one,
      second_class: other,
      pairs: count,
    } = row;
    const isDispute = one !== other;
    if (isDispute && !row.is_settled) openDisagreements += count;
    if (row.purpose === 'repeat') {
      annotators.of(second).oneself.add(one, other, count);
      continue;
    }
    overall.add(one, other, count);
    iterations.of(row.iteration).add(one, other, count);
    const isInOrder = first < second;
    const names = JSON.stringify(isInOrder ? [first, second] : [second, first]);
    pairs.of(names).add(isInOrder ? one : other, isInOrder ? other : one, count);
    for (const [name, own, theirs] of [
      [first, one, other],
      [second, other, one],
    ] as const) {
      const annotator = annotators.of(name);
      annotator.others.add(own, theirs, count);
      if (!isDispute || !row.is_settled) continue;
      annotator.adjudicated += count;
      if (own === row.settled_class) annotator.upheld += count;
    }
  }
  return {
    overall: overall.measure(),
    pairs: pairs.sorted().map(([names, meetings]) => {
      const [first, second] = JSON.parse(names) as [string, string];
      return { first, second, agreement: meetings.measure() };
    }),
    annotators: annotators.sorted().map(([annotator, { others, oneself, adjudicated, upheld }]) => ({
      annotator,
      withOthers: others.measure(),
      withOneself: oneself.measure(),
      adjudicated,
      upheld,
    })),
    iterations: iterations.sorted().map(([iteration, meetings]) => ({ iteration, agreement: meetings.measure() })),
    openDisagreements,
  };
}

/** Values by key, made when they are first asked for. */
class Grouped<Key extends string | number, Value> {
  readonly #values = new Map<Key, Value>();
  readonly #make: (key: Key) => Value;

  constructor(make: (key: Key) => Value) {
    this.#make = make;
  }

  of(key: Key): Value {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const made = this.#make(key);
    this.#values.set(key, made);
    return made;
  }

  sorted(): [Key, Value][] {
    return [...this.#values].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }
}

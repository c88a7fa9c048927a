import type { Answer } from './decision.ts';

/** What an annotator did and what may not be stored yet; kept by the browser until it is. */
export interface KeptAnswer {
  /** Makes it one row of the log, however often it is sent. */
  requestId: string;
  campaignId: string;
  annotator: string;
  taskId: string;
  spectrumId: string;
  /** Absent: the answer before is taken back. */
  answer?: Answer;
  comment: string;
  /** Place among what this browser keeps: they are sent in this order. */
  order: number;
}

const PREFIX = 'spectrawl.kept-answer.';

/** The part of Storage that is needed. */
export type AnswerStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/**
 * Answers that are on their way, in the browser's storage: one entry each, so that tabs don't overwrite one another. An answer is kept
 * before it is sent and forgotten when the service has said that it is stored, so neither a reload nor a crash loses or doubles it.
 */
export class KeptAnswers {
  constructor(
    private readonly storage: AnswerStorage,
    private readonly of: { campaignId: string; annotator: string },
  ) {}

  /** @throws DOMException where the browser's storage is full or forbidden */
  keep(kept: KeptAnswer): void {
    this.storage.setItem(PREFIX + kept.requestId, JSON.stringify(kept));
  }

  forget(requestId: string): void {
    this.storage.removeItem(PREFIX + requestId);
  }

  /** Those of this campaign and annotator, in the order in which they were given. */
  list(): KeptAnswer[] {
    const kept: KeptAnswer[] = [];
    for (let at = 0; at < this.storage.length; at++) {
      const key = this.storage.key(at);
      if (!key?.startsWith(PREFIX)) continue;
      const entry = parse(this.storage.getItem(key));
      if (entry?.campaignId === this.of.campaignId && entry.annotator === this.of.annotator) kept.push(entry);
    }
    return kept.sort((a, b) => a.order - b.order);
  }
}

function parse(text: string | null): KeptAnswer | undefined {
  try {
    const kept = JSON.parse(text ?? '') as KeptAnswer;
    return typeof kept.requestId === 'string' && typeof kept.taskId === 'string' ? kept : undefined;
  } catch {
    // Not ours, whatever it is: leave it alone.
    return undefined;
  }
}

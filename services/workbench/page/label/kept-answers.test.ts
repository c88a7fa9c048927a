import { expect, it } from 'vitest';
import { KeptAnswers, type AnswerStorage, type KeptAnswer } from './kept-answers.ts';
import { MemoryStorage } from './testing/memory-storage.ts';

const answer = (requestId: string, order: number, more: Partial<KeptAnswer> = {}): KeptAnswer => ({
  requestId,
  campaignId: 'hunt',
  annotator: 'ada',
  taskId: `task-${requestId}`,
  spectrumId: `spec-${requestId}`,
  answer: { class: 'double-peak' },
  comment: '',
  order,
  ...more,
});

it('are given back in the order in which they were given, until they are forgotten', () => {
  const storage: AnswerStorage = new MemoryStorage();
  const kept = new KeptAnswers(storage, { campaignId: 'hunt', annotator: 'ada' });
  kept.keep(answer('b', 2));
  kept.keep(answer('a', 1));
  // Another page of the same browser finds them, too.
  const later = new KeptAnswers(storage, { campaignId: 'hunt', annotator: 'ada' });
  expect(later.list()).toEqual([answer('a', 1), answer('b', 2)]);
  later.forget('a');
  expect(kept.list().map(({ requestId }) => requestId)).toEqual(['b']);
});

it('are those of one campaign and annotator, and nothing else that lies in the storage', () => {
  const storage: AnswerStorage = new MemoryStorage();
  storage.setItem('theme', 'dark');
  storage.setItem('spectrawl.kept-answer.spoiled', '{');
  const kept = new KeptAnswers(storage, { campaignId: 'hunt', annotator: 'ada' });
  kept.keep(answer('other-campaign', 1, { campaignId: 'other' }));
  kept.keep(answer('other-annotator', 2, { annotator: 'bob' }));
  kept.keep(answer('own', 3));
  expect(kept.list().map(({ requestId }) => requestId)).toEqual(['own']);
});

import { LabellingTask_State } from '@spectrawl/contracts';
import { afterEach, expect, it } from 'vitest';
import { answerText } from './decision.ts';
import { LabelSession } from './label-session.ts';
import { BatchStandIn } from './testing/batch-stand-in.ts';
import { MemoryStorage } from './testing/memory-storage.ts';

const sessions: LabelSession[] = [];
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.end()));
});

async function sessionOf(batch: BatchStandIn, storage = new MemoryStorage(), taskId?: string): Promise<LabelSession> {
  const session = new LabelSession(batch.services, { campaignId: 'hunt', annotator: 'ada', storage, taskId });
  sessions.push(session);
  await session.start();
  await shown(session);
  return session;
}

/** Waits until the spectrum of the question at hand is there. */
async function shown(session: LabelSession): Promise<void> {
  await expect.poll(() => session.state.spectrum?.curve).toBeDefined();
}

const asked = ({ state }: LabelSession): string | undefined => state.entries[state.cursor]?.task.spectrumId;
const open = (count: number): 'open'[] => Array.from({ length: count }, () => 'open');

it('stores an answer before it shows the next question', async () => {
  const batch = new BatchStandIn(open(3));
  const session = await sessionOf(batch);
  const seen: [string | undefined, number][] = [];
  session.subscribe(() => seen.push([asked(session), batch.log.length]));
  await session.answer({ class: 'double-peak' });
  expect(batch.log).toEqual(['spec-0 double-peak']);
  expect(asked(session)).toBe('spec-1');
  expect(seen.filter(([spectrum, stored]) => spectrum === 'spec-1' && stored === 0)).toEqual([]);
  expect(session.state.progress?.answered).toBe(1);
});

it('accepts the network’s answer, but not where it is hidden', async () => {
  const batch = new BatchStandIn(['open', 'blind']);
  const session = await sessionOf(batch);
  await session.accept();
  await shown(session);
  await session.accept();
  expect(batch.log).toEqual(['spec-0 single-peak']);
  expect(session.state.notice?.text).toContain('hidden');
});

it('takes back the last answer, and asks again', async () => {
  const batch = new BatchStandIn(open(4));
  const session = await sessionOf(batch);
  await session.answer({ class: 'absorption' });
  await shown(session);
  await session.answer({ abstention: 'unsure' });
  await session.undo();
  expect(asked(session)).toBe('spec-1');
  await session.undo();
  expect(asked(session)).toBe('spec-0');
  await session.undo();
  expect(session.state.notice?.text).toContain('no answer of yours');
  expect(batch.log).toEqual(['spec-0 absorption', 'spec-1 unsure', 'spec-1 undo', 'spec-0 undo']);
});

it('says that a complete batch is corrected, not undone', async () => {
  const batch = new BatchStandIn(open(1));
  const session = await sessionOf(batch);
  await session.answer({ class: 'absorption' });
  expect(session.state.phase).toBe('waiting');
  await session.undo();
  expect(session.state.notice?.text).toContain('answer again');
  expect(asked(session)).toBe('spec-0');
  await shown(session);
  await session.answer({ class: 'double-peak' });
  expect(batch.log).toEqual(['spec-0 absorption', 'spec-0 double-peak']);
});

it('walks to what was answered, also in an earlier session, and corrects it', async () => {
  const batch = new BatchStandIn(open(3));
  const before = await sessionOf(batch);
  await before.answer({ class: 'absorption' });
  await before.end();
  const session = await sessionOf(batch);
  expect(asked(session)).toBe('spec-1');
  session.walk(-1);
  expect(asked(session)).toBe('spec-0');
  expect(answerText(session.state.entries[session.state.cursor]!.answer!)).toBe('absorption');
  await shown(session);
  await session.answer({ class: 'single-peak' });
  expect(asked(session)).toBe('spec-1');
  expect(batch.log).toEqual(['spec-0 absorption', 'spec-0 single-peak']);
});

it('does not ask before it knows what was answered', async () => {
  const batch = new BatchStandIn(open(3));
  const before = await sessionOf(batch);
  await before.answer({ class: 'absorption' });
  await before.end();
  const session = new LabelSession(batch.services, {
    campaignId: 'hunt',
    annotator: 'ada',
    storage: new MemoryStorage(),
  });
  sessions.push(session);
  // A batch is heard of while the session begins.
  await Promise.all([session.start(), session.look()]);
  expect(asked(session)).toBe('spec-1');
  expect(session.state.entries.map(({ task }) => task.spectrumId)).toEqual(['spec-0', 'spec-1', 'spec-2']);
});

it('goes on while nobody answers, and sends everything once and in order when somebody does', async () => {
  const batch = new BatchStandIn(open(5));
  const storage = new MemoryStorage();
  const session = await sessionOf(batch, storage);
  batch.isAway = true;
  await session.answer({ class: 'absorption' });
  await shown(session);
  await session.answer({ class: 'double-peak' });
  await session.undo();
  await session.answer({ abstention: 'skip' });
  expect(session.state.kept).toBe(4);
  expect(session.state.failure?.away).toBe(true);
  expect(storage.length).toBe(4);
  expect(batch.log).toEqual([]);
  batch.isAway = false;
  session.retry();
  await expect.poll(() => session.state.kept).toBe(0);
  expect(batch.log).toEqual(['spec-0 absorption', 'spec-1 double-peak', 'spec-1 undo', 'spec-1 skip']);
  expect(storage.length).toBe(0);
  expect(session.state.entries.filter(({ isKept }) => isKept)).toEqual([]);
});

it('sends what an earlier session left in the browser, before anything is asked', async () => {
  const batch = new BatchStandIn(open(3));
  const storage = new MemoryStorage();
  const before = await sessionOf(batch, storage);
  batch.isAway = true;
  await before.answer({ class: 'double-peak' });
  await before.end();
  expect(storage.length).toBe(1);
  batch.isAway = false;
  const session = await sessionOf(batch, storage);
  expect(batch.log).toEqual(['spec-0 double-peak']);
  expect(asked(session)).toBe('spec-1');
});

it('an answer that was stored, but of which nothing was heard, is stored once', async () => {
  const batch = new BatchStandIn(open(2));
  const session = await sessionOf(batch);
  batch.swallowed = 2;
  await session.answer({ class: 'absorption' });
  session.retry();
  await expect.poll(() => session.state.kept).toBe(0);
  expect(batch.log).toEqual(['spec-0 absorption']);
});

it('leaves a question to whoever holds it by now', async () => {
  const batch = new BatchStandIn(open(2));
  const session = await sessionOf(batch);
  batch.tasks[0]!.annotator = 'bob';
  await session.answer({ class: 'absorption' });
  expect(session.state.notice).toMatchObject({ tone: 'warning', text: expect.stringContaining('bob') as string });
  expect(asked(session)).toBe('spec-1');
  expect(batch.log).toEqual([]);
});

it('begins with the question that is asked for, and gives back what it holds', async () => {
  const batch = new BatchStandIn(open(4));
  const session = await sessionOf(batch, new MemoryStorage(), 'task-2');
  expect(asked(session)).toBe('spec-2');
  await session.end();
  expect(batch.tasks.map(({ state }) => state)).toEqual(open(4).map(() => LabellingTask_State.OPEN));
});

it('takes no class for a spectrum that is not shown', async () => {
  const batch = new BatchStandIn(open(2));
  batch.services.ingestion.getSpectrum = () => new Promise(() => undefined);
  const session = new LabelSession(batch.services, {
    campaignId: 'hunt',
    annotator: 'ada',
    storage: new MemoryStorage(),
  });
  sessions.push(session);
  await session.start();
  await session.answer({ class: 'absorption' });
  expect(batch.log).toEqual([]);
  await session.answer({ abstention: 'skip' });
  expect(batch.log).toEqual(['spec-0 skip']);
});

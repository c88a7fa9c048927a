import { Annotator_Kind, Decision_Abstention, LabellingTask_State } from '@spectrawl/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectSpectrawl, type Spectrawl } from '../connect.ts';
import { CampaignStandIn } from '../testing/campaign-stand-in.ts';
import { drawLabelView, PLAIN_LABEL_PAINT } from './draw-label-view.ts';
import { labelFromPipe } from './label-from-pipe.ts';
import { LabelSession } from './label-session.ts';
import type { LabelView } from './label-view.ts';

let standIn: CampaignStandIn;
let spectrawl: Spectrawl;
let abort: AbortController;

beforeEach(async () => {
  // The third question is an audit; the second batch comes when the first is answered.
  standIn = new CampaignStandIn([6, 2]);
  await standIn.start();
  spectrawl = connectSpectrawl(standIn.address);
  abort = new AbortController();
  // A batch opens after somebody has looked for it.
  await spectrawl.labelling.leaseTasks({ campaignId: 'hunt', annotator: { name: 'nobody' } });
});

afterEach(async () => {
  spectrawl.close();
  await standIn.stop();
});

const options = (more: { onChange?: (view: LabelView) => void } = {}) => ({
  campaignId: 'hunt',
  annotator: 'ada',
  signal: abort.signal,
  ...more,
});

async function started(more: { onChange?: (view: LabelView) => void } = {}): Promise<LabelSession> {
  const session = new LabelSession(spectrawl, options(more));
  expect(await session.start()).toBe(true);
  return session;
}

async function press(session: LabelSession, keys: readonly string[]): Promise<void> {
  for (const key of keys) expect(await session.press(key)).toBe(true);
}

const answers = (): unknown[] =>
  standIn.log.map(({ decision, retraction }) => (retraction ? 'undo' : decision?.answer.value));

describe('a labelling session', () => {
  it('stores an answer before it shows the next question', async () => {
    const stored: (number | undefined)[] = [];
    const session = await started({ onChange: ({ task }) => (stored[task?.rank ?? 0] ??= standIn.log.length) });
    await press(session, ['1', '3', '2', 'u', 's']);
    expect(answers()).toEqual([
      'absorption',
      'double-peak',
      'single-peak',
      Decision_Abstention.UNSURE,
      Decision_Abstention.SKIP,
    ]);
    expect(standIn.log[0]?.annotator).toMatchObject({ name: 'ada', kind: Annotator_Kind.PERSON });
    expect(stored.slice(1)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(session.tally).toMatchObject({ answered: 5, answers: { absorption: 1, unsure: 1, skip: 1 } });
    expect(session.view.progress).toMatchObject({ tasks: 6, answered: 5, unsure: 1, skipped: 1 });
  });

  it("accepts the network's answer, but on no audit", async () => {
    const session = await started();
    await press(session, ['enter', 'enter', 'enter']);
    expect(answers()).toEqual(['single-peak', 'single-peak']);
    expect(session.view.task?.rank).toBe(3);
    expect(session.view.message).toContain('this is asked blind');
  });

  it('takes answers back, the last one first', async () => {
    const session = await started();
    await press(session, ['z']);
    expect(session.view.message).toContain('no answer of this session');
    await press(session, ['1', '2', 'z', 'backspace']);
    expect(session.view.task?.rank).toBe(1);
    await press(session, ['3']);
    expect(answers()).toEqual(['absorption', 'single-peak', 'undo', 'undo', 'double-peak']);
    expect(session.view.task?.rank).toBe(2);
    expect(session.tally).toMatchObject({ answered: 3, undone: 2, answers: { absorption: 0, 'double-peak': 1 } });
  });

  it('corrects an answer whose batch is complete', async () => {
    const session = await started();
    await press(session, ['1', '1', '1', '1', '1', '1']);
    expect(session.view.task).toBeUndefined();
    await press(session, ['z']);
    expect(session.view).toMatchObject({ isCorrection: true, task: { rank: 6 } });
    await press(session, ['2']);
    expect(answers().slice(5)).toEqual(['absorption', 'single-peak']);
    expect(standIn.log.at(-1)?.taskId).toBe(standIn.log.at(-2)?.taskId);
  });

  it('stores a comment with the answer, and forgets one that was given up', async () => {
    const session = await started();
    await press(session, ['c', 'z', '1', 'backspace', '!', 'enter', '1', 'c', 'x', 'escape', '2']);
    expect(standIn.log.map(({ comment }) => comment)).toEqual(['z!', '']);
  });

  it('leaves a question to whoever holds it', async () => {
    const session = await started();
    standIn.lend(standIn.tasks[0]!.taskId, 'bob');
    await press(session, ['1', '2']);
    expect(answers()).toEqual(['single-peak']);
    expect(standIn.log[0]?.taskId).toBe(standIn.tasks[1]?.taskId);
  });

  it('says what keys without a meaning are good for', async () => {
    const session = await started();
    await press(session, ['9']);
    expect(session.view.message).toBe('there are 3 classes: press 1 to 3');
    await press(session, ['y']);
    expect(session.view.message).toContain('? shows the keys');
    expect(standIn.log).toEqual([]);
  });

  it('tries again while the services are away, says so, and stores the answer once', async () => {
    let offline = 0;
    const back = Promise.withResolvers<void>();
    const session = await started({
      onChange: ({ isOffline }) => {
        if (isOffline && offline++ === 0) back.resolve(standIn.start());
      },
    });
    await standIn.stop();
    const pressed = session.press('2');
    await back.promise;
    expect(await pressed).toBe(true);
    expect(offline).toBeGreaterThan(0);
    expect(session.view.isOffline).toBe(false);
    expect(answers()).toEqual(['single-peak']);
  });

  it('can be left while the services are away', async () => {
    const session = await started({ onChange: ({ isOffline }) => isOffline && session.leave() });
    await standIn.stop();
    await expect(session.press('2')).rejects.toThrow('interrupted');
    await session.release();
    expect(session.hasLeft).toBe(true);
  });

  it('gives back what it has not answered', async () => {
    const session = await started();
    await press(session, ['1']);
    await session.release();
    expect(standIn.released).toEqual(['ada', 'ada', 'ada', 'ada']);
    expect(standIn.tasks.filter(({ state }) => state === LabellingTask_State.LEASED)).toEqual([]);
  });
});

describe('what an annotator sees', () => {
  async function shown(session: LabelSession, views: LabelView[]): Promise<string> {
    await expect.poll(() => session.view.spectrum).toBeDefined();
    expect(views.length).toBeGreaterThan(0);
    return drawLabelView(session.view, 100, 36, PLAIN_LABEL_PAINT).join('\n');
  }

  it("is the spectrum, what the survey says, the network's answer and the reason; on audits not the last two", async () => {
    const views: LabelView[] = [];
    const session = await started({ onChange: (view) => views.push(view) });
    const query = await shown(session, views);
    expect(query).toContain('hunt · ada · iteration 0 · task 1');
    expect(query).toMatch(/sim-lamost-1-0000000 · LAMOST J.* · RA .*° Dec .*° · S\/N /);
    expect(query).toContain('Hα');
    expect(query).toContain('6600');
    expect(query).toMatch(/[⠁-⣿]{3}/u);
    expect(query).toContain('asked because: margin rank 1');
    expect(query).toContain('2 single-peak  ███████████████░░░░░░░░░░░░░░░ 0.500');
    await press(session, ['1', '1']);
    const audit = await shown(session, views);
    expect(audit).toContain("the network's answer is hidden");
    expect(audit).not.toContain('0.500');
    expect(audit).toContain(' ███████░░░░░░░░░░░░░ 2 of 6 answered');
  });

  it('changes with the keys for lines, the whole spectrum, smoothing and help; nothing jumps', async () => {
    const views: LabelView[] = [];
    const session = await started({ onChange: (view) => views.push(view) });
    const before = await shown(session, views);
    const lines = before.split('\n').length;
    const after = async (key: string): Promise<string> => {
      await press(session, [key]);
      const text = await shown(session, views);
      expect(text.split('\n')).toHaveLength(lines);
      return text;
    };
    expect(await after('l')).not.toContain('Hα');
    expect((await after('f')).match(/Å └/g)).toHaveLength(2);
    expect(await after('+')).toContain('mean of 3 pixels');
    expect(await after('-')).not.toContain('mean of');
    expect(await after('?')).toContain("accept the network's answer");
  });

  it('fits into the terminal, whatever is going on', async () => {
    const views: LabelView[] = [];
    const session = await started({ onChange: (view) => views.push(view) });
    await shown(session, views);
    for (const key of ['f', '?', '?', 'c', 'x', 'enter']) {
      await press(session, [key]);
      for (const [columns, rows] of [
        [80, 24],
        [200, 60],
        [60, 20],
      ] as const) {
        const lines = drawLabelView(session.view, columns, rows, PLAIN_LABEL_PAINT);
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines) expect(Array.from(line).length).toBeLessThanOrEqual(columns);
      }
    }
  });
});

describe('labelling from a pipe', () => {
  async function* pieces(...texts: string[]): AsyncIterable<string> {
    yield* texts;
  }

  it('takes characters as keys, tells each answer, and gives the rest back', async () => {
    const lines: string[] = [];
    const tally = await labelFromPipe(spectrawl, options(), pieces('1\n', 'cwhy\r2\nz'), (text) => lines.push(text));
    expect(tally).toMatchObject({ answered: 2, undone: 1 });
    expect(lines).toEqual([
      'sim-lamost-1-0000000: absorption (1 of 6)',
      'sim-lamost-1-0000001: single-peak (2 of 6)',
      'sim-lamost-1-0000001: "single-peak" is taken back',
    ]);
    expect(standIn.log[1]?.comment).toBe('why');
    expect(standIn.released).toHaveLength(4);
  });

  it('ends at q, and when no question waits', async () => {
    const lines: string[] = [];
    await labelFromPipe(spectrawl, options(), pieces('1q222'), (text) => lines.push(text));
    expect(standIn.log).toHaveLength(1);
    await labelFromPipe(spectrawl, { ...options(), annotator: 'bob' }, pieces('111111'), (text) => lines.push(text));
    expect(standIn.log).toHaveLength(6);
    expect(lines.at(-1)).toBe('there is no question to answer');
  });
});

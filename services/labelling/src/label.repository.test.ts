import { openDatabase, sql, type DatabaseServer, type ServiceDatabase, type Transaction } from '@spectrawl/database';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_ANSWER, type Answer } from './decision.ts';
import { appendLabel, lastPosition, listLabels, type LabelFilter, type NewLabel } from './label.repository.ts';
import type { LabellingTables } from './tables.ts';

const MIGRATIONS = new URL('../migrations/', import.meta.url);

let server: DatabaseServer;
let database: ServiceDatabase<LabellingTables>;

beforeAll(async () => {
  server = await openDatabase({ kind: 'pglite', directory: 'memory' });
  database = await server.forService('labelling', MIGRATIONS);
});
afterAll(() => server.close());

/** Runs `use` on an empty log that it may append to; nothing stays. */
async function withEmptyLog(use: (tx: Transaction<LabellingTables>) => Promise<void>): Promise<void> {
  const over = new Error('over');
  const running = database.transaction(async (tx) => {
    await use(tx);
    throw over;
  });
  await running.catch((error: unknown) => {
    if (error !== over) throw error;
  });
}

const imported: NewLabel = {
  pool_id: 'seed',
  spectrum_id: 'a',
  campaign_id: '',
  iteration: 0,
  task_id: '',
  purpose: 'import',
  class: 'absorption',
  abstention: null,
  retraction: false,
  annotator: 'labels.csv',
  annotator_kind: 'import',
  create_time: new Date('2026-11-22T12:00:00Z'),
  model_id: '',
  probabilities_shown: [],
  comment: '',
  about_task_id: '',
  about_purpose: null,
};
const asked: NewLabel = {
  ...imported,
  campaign_id: 'demo',
  iteration: 1,
  task_id: 'demo.1.a',
  purpose: 'query',
  class: 'double-peak',
  annotator: 'petr',
  annotator_kind: 'person',
  model_id: 'm1',
  probabilities_shown: [Math.fround(0.1), Math.fround(0.7), Math.fround(0.2)],
  comment: 'clear',
};
const retraction: NewLabel = { ...asked, ...NO_ANSWER, retraction: true };
const everything: LabelFilter = { poolIds: [], campaignId: '', upTo: Number.MAX_SAFE_INTEGER, effectiveOnly: false };

describe('the label log', () => {
  it('gives back what was appended, with its position', () =>
    withEmptyLog(async (tx) => {
      expect(await lastPosition(tx)).toBe(0);
      for (const label of [imported, asked, retraction]) await appendLabel(tx, label);
      expect(await listLabels(tx, everything, 0, 10)).toEqual([
        { ...imported, position: 1 },
        { ...asked, position: 2 },
        { ...retraction, position: 3 },
      ]);
      expect(await lastPosition(tx)).toBe(3);
    }));

  it.each(["UPDATE label SET comment = 'edited'", 'DELETE FROM label', 'TRUNCATE label'])(
    'refuses %s',
    async (change) => {
      const changing = withEmptyLog(async (tx) => {
        await appendLabel(tx, imported);
        await sql.raw(change).execute(tx);
      });
      await expect(changing).rejects.toThrow(/append-only/);
    },
  );

  it('gives a position that a failed transaction had taken to the next one', async () => {
    const failing = database.transaction(async (tx) => {
      await appendLabel(tx, imported);
      throw new Error('changed its mind');
    });
    await expect(failing).rejects.toThrow('changed its mind');
    await withEmptyLog(async (tx) => expect((await appendLabel(tx, asked)).position).toBe(1));
  });

  it('counts for each spectrum what a naive reading of the log counts', async () => {
    await fc.assert(
      fc.asyncProperty(anyLog, anyFilter, fc.integer({ min: 1, max: 40 }), (log, filter, window) =>
        withEmptyLog(async (tx) => {
          for (const label of log) await appendLabel(tx, label);
          expect(await readInWindows(tx, filter, window)).toEqual(naive(log, filter));
        }),
      ),
      { numRuns: 200 },
    );
  });
});

/** Rows of the longest log that is tried. */
const WHOLE_LOG = 25;
const POOLS = ['seed', 'survey'];
const CAMPAIGNS = ['demo', 'other'];

const answer = fc.constantFrom<Answer>(
  { class: 'absorption', abstention: null },
  { class: 'double-peak', abstention: null },
  { class: null, abstention: 'unsure' },
  { class: null, abstention: 'skip' },
);

/** What a campaign's iteration may ask about a spectrum: a question, the same again, and what settles it. */
const KINDS = ['query', 'audit', 'overlap', 'repeat', 'adjudication'] as const;

/** An import, or an answer or a retraction of a task by which a campaign's iteration asks about a spectrum. */
const anyLabel = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    pool: fc.constantFrom(...POOLS),
    spectrum: fc.constantFrom('a', 'b'),
    campaign: fc.constantFrom('', ...CAMPAIGNS),
    iteration: fc.nat(1),
    answer,
    isRetraction: fc.boolean(),
  })
  .map(({ kind, pool, spectrum, campaign, iteration, answer: given, isRetraction }): NewLabel => {
    const of = { pool_id: pool, spectrum_id: spectrum };
    if (campaign === '') return { ...imported, ...of, ...given };
    const about = `${campaign}.${iteration}.${pool}-${spectrum}`;
    const isAsked = kind === 'query' || kind === 'audit';
    const task = {
      campaign_id: campaign,
      iteration,
      purpose: kind,
      task_id: isAsked ? about : `${about}.${kind}`,
      about_task_id: isAsked ? '' : about,
      about_purpose: isAsked ? null : ('audit' as const),
    };
    return isRetraction ? { ...retraction, ...of, ...task } : { ...asked, ...of, ...task, ...given };
  });
const anyLog = fc.array(anyLabel, { maxLength: WHOLE_LOG });

const anyFilter: fc.Arbitrary<LabelFilter> = fc.record({
  poolIds: fc.subarray(POOLS),
  campaignId: fc.constantFrom('', ...CAMPAIGNS),
  upTo: fc.integer({ min: 0, max: WHOLE_LOG + 1 }),
  effectiveOnly: fc.boolean(),
});

async function readInWindows(tx: Transaction<LabellingTables>, filter: LabelFilter, window: number): Promise<number[]> {
  const positions: number[] = [];
  for (let after = 0; after < WHOLE_LOG; after += window) {
    positions.push(...(await listLabels(tx, filter, after, after + window)).map(({ position }) => position));
  }
  return positions;
}

/** The rule, said again without regard to speed: play the log from its beginning, keeping what stands for each spectrum. */
function naive(labels: NewLabel[], filter: LabelFilter): number[] {
  const log = labels
    .map((label, at) => ({ ...label, position: at + 1 }))
    .filter(({ position }) => position <= filter.upTo)
    .filter(({ pool_id }) => filter.poolIds.length === 0 || filter.poolIds.includes(pool_id))
    .filter(({ campaign_id }) => filter.campaignId === '' || ['', filter.campaignId].includes(campaign_id));
  if (!filter.effectiveOnly) return log.map(({ position }) => position);
  const standing = new Map<string, { position: number; task_id: string }[]>();
  for (const label of log) {
    if (label.purpose === 'overlap' || label.purpose === 'repeat') continue;
    const spectrum = `${label.pool_id}/${label.spectrum_id}`;
    const answers = standing.get(spectrum) ?? [];
    standing.set(
      spectrum,
      label.retraction ? answers.filter(({ task_id }) => task_id !== label.task_id) : [...answers, label],
    );
  }
  return [...standing.values()]
    .flatMap((answers) => answers.slice(-1).map(({ position }) => position))
    .toSorted((a, b) => a - b);
}

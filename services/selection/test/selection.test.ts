import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@bufbuild/protobuf';
import {
  Campaign_State,
  Candidate_Origin,
  Iteration_Step,
  IterationKind,
  Verdict,
  type Campaign,
  type Candidate,
  type Iteration,
  type WatchCampaignResponse,
} from '@spectrawl/contracts';
import { scoresKey } from '@spectrawl/pool';
import { CLASSES, python } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  classOfSpectrum,
  OPEN_POOL,
  POOL,
  POOL_SIZE,
  SEED_POOL,
  SHARDS,
  startSelection,
  UNLABELLED_POOL,
  type SelectionAtWork,
} from './ring-partner.ts';

const QUERIES = 10;
const AUDITS = 6;
/** Two turns of the loop, then the final iteration. */
const METHOD = {
  query: { size: QUERIES, quotas: { 'double-peak': 2 }, clusters: 2 },
  audit: { size: AUDITS, finalSize: 15 },
  stopping: { maxIterations: 2 },
} satisfies JsonObject;

let at: SelectionAtWork;
beforeAll(async () => {
  at = await startSelection();
});
afterAll(() => at.stop());

type CampaignRequest = Parameters<typeof at.selection.createCampaign>[0];

const create = (campaignId: string, values: CampaignRequest = {}) =>
  at.selection.createCampaign({
    requestId: randomUUID(),
    campaignId,
    poolId: POOL,
    seedPoolIds: [SEED_POOL],
    method: METHOD,
    seed: 2020n,
    ...values,
  });

async function run(campaignId: string, values?: CampaignRequest): Promise<Campaign> {
  await create(campaignId, values);
  await at.selection.startCampaign({ campaignId });
  await at.partner.completed.first((event) => event.campaignId === campaignId);
  return await campaignOf(campaignId);
}

/** Creates a campaign whose steps the test says, and starts it. */
async function startByHand(campaignId: string, values?: CampaignRequest): Promise<void> {
  at.partner.byHand.add(campaignId);
  await create(campaignId, values);
  await at.selection.startCampaign({ campaignId });
  await begun(campaignId, 0);
}

const campaignOf = async (campaignId: string): Promise<Campaign> =>
  (await at.selection.getCampaign({ campaignId })).campaign!;
const iterationsOf = async (campaignId: string): Promise<Iteration[]> =>
  (await at.selection.listIterations({ campaignId })).iterations;

const begun = (campaignId: string, iteration: number) =>
  at.partner.started.first((event) => event.campaignId === campaignId && event.iteration === iteration);
const asked = (campaignId: string, iteration: number) =>
  at.partner.selected.first((event) => event.campaignId === campaignId && event.iteration === iteration);

/** Waits until an iteration is at a step. */
async function reaches(campaignId: string, number: number, step: Iteration_Step): Promise<Iteration> {
  return await vi.waitFor(
    async () => {
      const iteration = (await iterationsOf(campaignId)).find((one) => one.number === number);
      expect(iteration?.step).toBe(step);
      return iteration!;
    },
    { timeout: 20_000, interval: 10 },
  );
}

async function candidatesOf(campaignId: string, filter: { class?: string; pageSize?: number } = {}) {
  const candidates: Candidate[] = [];
  let pageToken = '';
  do {
    const page = await at.selection.listCandidates({ campaignId, pageToken, ...filter });
    candidates.push(...page.candidates);
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return candidates;
}

async function exported(campaignId: string, format: string, withReviews = false): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const { data } of at.selection.exportCatalogue({ campaignId, format, withReviews })) chunks.push(data);
  return Buffer.concat(chunks);
}

describe('a campaign', () => {
  let campaign: Campaign;
  let iterations: Iteration[];
  beforeAll(async () => {
    campaign = await run('whole');
    iterations = await iterationsOf('whole');
  });

  it('runs the loop, a final iteration and publishes once', async () => {
    expect(campaign).toMatchObject({
      state: Campaign_State.COMPLETED,
      preset: 'default',
      classes: CLASSES,
      problem: '',
    });
    expect(campaign.stopReason).toBe('2 of at most 2 iterations are finished.');
    expect(iterations.map(({ number, kind, step }) => [number, kind, step])).toEqual([
      [0, IterationKind.LOOP, Iteration_Step.DONE],
      [1, IterationKind.LOOP, Iteration_Step.DONE],
      [2, IterationKind.FINAL, Iteration_Step.DONE],
    ]);
    expect(at.partner.completed.all.filter(({ campaignId }) => campaignId === 'whole')).toHaveLength(1);
  });

  it('counts every spectrum of the pool in every iteration', () => {
    let labels = 0;
    for (const { labelsSpent, poolSize, classCounts, queries, audits, modelId } of iterations) {
      expect(labelsSpent).toBe(labels);
      expect(poolSize).toBe(BigInt(POOL_SIZE - labels));
      expect(classCounts.reduce((sum, count) => sum + count, 0n)).toBe(poolSize);
      expect(modelId).toMatch(/^whole-\d$/);
      labels += queries + audits;
    }
    expect(iterations.map(({ queries, audits }) => [queries, audits])).toEqual([
      [QUERIES, AUDITS],
      [QUERIES, AUDITS],
      [0, 15],
    ]);
    expect(campaign.labelsSpent).toBe(labels);
  });

  it('asks about no spectrum twice, and hands the features on', async () => {
    const batches = await Promise.all([0, 1, 2].map((iteration) => at.partner.batch('whole', iteration)));
    const ids = batches.flatMap(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(batches[0]!.purpose.filter((purpose) => purpose === 'audit')).toHaveLength(AUDITS);
    const [first] = batches[0]!.id;
    const spectrum = SHARDS.flat().find(({ id }) => id === first)!;
    expect(batches[0]!.features.subarray(0, 140)).toEqual(spectrum.features);
  });

  it('plans each iteration on all labels and batches before it', async () => {
    const plans = await Promise.all([0, 1, 2].map((iteration) => at.partner.plan('whole', iteration)));
    expect(plans.map(({ batchKeys }) => batchKeys.length)).toEqual([0, 1, 2]);
    expect(plans.map(({ earlierModelIds }) => earlierModelIds)).toEqual([[], ['whole-0'], ['whole-1', 'whole-0']]);
    expect(plans.map(({ averagedIterations }) => averagedIterations)).toEqual([[], [0], [1, 0]]);
    expect(plans.map(({ kind }) => kind)).toEqual([IterationKind.LOOP, IterationKind.LOOP, IterationKind.FINAL]);
    expect(plans.map(({ labelPosition }) => labelPosition)).toEqual([9n, 25n, 41n]);
    expect(new Set(plans.map(({ seed }) => seed)).size).toBe(3);
    const { id } = await at.partner.batch('whole', 0);
    expect(plans[1]!.excludedSpectrumIds).toEqual(id.toSorted());
    expect(plans[2]!.method).toEqual(campaign.method);
  });

  it('estimates the error from the audit, exactly as the answers were', async () => {
    for (const { number, audits, estimate, classCounts } of iterations) {
      const { id, purpose } = await at.partner.batch('whole', number);
      const audited = id.filter((_, row) => purpose[row] === 'audit');
      const undecided = audited.includes(id.at(-1)!) ? 1 : 0;
      const wrong = audited.filter((one) => one !== id.at(-1) && classOfSpectrum(one) === 'absorption').length;
      expect(estimate?.overall).toMatchObject({ audited: audits, wrong, undecided, right: audits - wrong - undecided });
      expect(estimate?.overall?.population).toBe(classCounts[1]! + classCounts[2]!);
      expect(estimate?.byClass.map((one) => one.class)).toEqual(['single-peak', 'double-peak']);
      const { errorLower, errorUpper, errorBound, error } = estimate!.overall!;
      expect(errorLower).toBeLessThanOrEqual(error!);
      expect(errorBound).toBeGreaterThanOrEqual(error!);
      expect(errorUpper).toBeGreaterThanOrEqual(errorBound);
    }
  });

  it('tells how long its steps took', () => {
    for (const { seconds, startTime, endTime } of iterations) {
      for (const step of ['training', 'scoring', 'selecting', 'labelling'] as const) {
        expect(seconds![step]).toBeGreaterThanOrEqual(0);
      }
      expect(endTime!.seconds).toBeGreaterThanOrEqual(startTime!.seconds);
    }
  });

  describe('its catalogue', () => {
    let candidates: Candidate[];
    beforeAll(async () => {
      candidates = await candidatesOf('whole');
    });

    it('holds what annotators found and what is predicted above the threshold, labelled ones first', async () => {
      const { candidates: count, classCounts, threshold } = campaign.catalogue!;
      expect(candidates).toHaveLength(count);
      expect(candidates.map(({ rank }) => rank)).toEqual(candidates.map((_, row) => row + 1));
      expect(classCounts).toEqual(CLASSES.map((name) => candidates.filter((one) => one.class === name).length));
      expect(classCounts[0]).toBe(0);

      const labelled = candidates.filter(({ origin }) => origin === Candidate_Origin.LABELLED);
      const decided = at.partner.labels.log.filter(
        (label) =>
          label.campaignId === 'whole' &&
          label.decision?.answer.case === 'class' &&
          label.decision.answer.value !== 'absorption',
      );
      expect(labelled.map(({ spectrumId }) => spectrumId).sort()).toEqual(decided.map((one) => one.spectrumId).sort());
      for (const one of labelled) expect(one.class).toBe(classOfSpectrum(one.spectrumId));
      expect(candidates.slice(0, labelled.length)).toEqual(labelled);

      const predicted = candidates.slice(labelled.length);
      expect(predicted.length).toBeGreaterThan(0);
      const falling = predicted.map(({ emissionProbability }) => emissionProbability);
      expect(falling).toEqual(falling.toSorted((a, b) => b - a));
      for (const one of predicted) {
        expect(one.emissionProbability).toBeGreaterThanOrEqual(threshold);
        expect(one.class).toBe(CLASSES[one.probabilities.indexOf(Math.max(...one.probabilities))]);
        expect(at.partner.labels.log.some((label) => label.spectrumId === one.spectrumId)).toBe(false);
      }
    });

    it('says what the survey states of each candidate, and nothing where it states nothing', () => {
      const spectra = new Map(SHARDS.flat().map((spectrum) => [spectrum.id, spectrum]));
      for (const { spectrumId, designation, ra, dec, snr, poolId } of candidates) {
        const { features: _, shape: __, id: ___, ...facts } = spectra.get(spectrumId)!;
        expect(poolId).toBe(POOL);
        expect({ designation, ra, dec, snr }).toEqual({
          designation: undefined,
          ra: undefined,
          dec: undefined,
          snr: undefined,
          ...facts,
        });
      }
    });

    it('is the same in astropy, csv and pyarrow, with where it comes from', async () => {
      const { keys } = campaign.catalogue!;
      const paths = ['votable', 'csv', 'parquet', 'fits'].map((format) => at.pathOf(keys[format]!));
      const files = JSON.parse(await python(new URL('./read_catalogue.py', import.meta.url), paths)) as {
        votable: Record<string, unknown>[];
        csv: Record<string, string>[];
        parquet: Record<string, unknown>[];
        infos: Record<string, string>;
        provenance: Record<string, unknown>;
        fits: Record<string, unknown>[];
        fitsUnits: Record<string, string>;
        fitsUcds: Record<string, string | null>;
        frame: string;
        history: string;
      };
      const rows = candidates.map((one) => ({
        rank: one.rank,
        spectrum_id: one.spectrumId,
        designation: one.designation ?? null,
        ra: one.ra ?? null,
        dec: one.dec ?? null,
        snr: one.snr ?? null,
        class: one.class,
        origin: one.origin === Candidate_Origin.LABELLED ? 'labelled' : 'predicted',
        emission_probability: one.emissionProbability,
        campaign: 'whole',
        model: 'whole-2',
      }));
      expect(files.parquet).toEqual(rows);
      expect(files.votable).toEqual(
        rows.map((row, index) => ({ ...row, probabilities: candidates[index]!.probabilities })),
      );
      const texts = rows.map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? '' : String(value)])),
      );
      expect(files.csv).toEqual(texts);
      expect(files.fits).toEqual(files.votable);
      expect(files.fitsUnits).toMatchObject({ ra: 'deg', dec: 'deg', class: '' });
      expect(files.fitsUcds).toMatchObject({ ra: 'pos.eq.ra;meta.main', spectrum_id: 'meta.id;meta.main' });
      expect(files.frame).toBe('ICRS');
      expect(files.history).toContain('seed: 2020');
      expect(files.provenance).toMatchObject({
        campaign: 'whole',
        pool: POOL,
        seed: '2020',
        model: 'whole-2',
        iterations: 3,
        candidates: candidates.length,
        threshold: campaign.catalogue!.threshold,
        certified: campaign.catalogue!.certified,
      });
      expect(JSON.parse(files.infos['settings']!)).toEqual(campaign.method);
      expect(files.infos['candidates']).toBe(String(candidates.length));
    });

    it('is reviewed: the latest verdict counts, nothing is lost, and files tell it', async () => {
      const [first, second] = candidates.map(({ spectrumId }) => spectrumId) as [string, string];
      const review = (spectrumId: string, verdict: Verdict, comment = '', requestId: string = randomUUID()) =>
        at.selection.reviewCandidate({
          requestId,
          campaignId: 'whole',
          spectrumId,
          verdict,
          comment,
          annotator: 'ada',
        });
      const given = await review(first, Verdict.ACCEPTED, 'β Lyr, "known"');
      expect(given.review).toMatchObject({ spectrumId: first, verdict: Verdict.ACCEPTED, annotator: 'ada' });
      const requestId = randomUUID();
      const rejected = await review(second, Verdict.REJECTED, '', requestId);
      expect(await review(second, Verdict.ACCEPTED, 'a retry', requestId)).toEqual(rejected);
      await review(first, Verdict.UNDECIDED);
      const of = async (filter: object) =>
        (await at.selection.listCandidateReviews({ campaignId: 'whole', ...filter })).reviews.map((one) => [
          one.spectrumId,
          one.verdict,
        ]);
      expect(await of({})).toEqual([
        [second, Verdict.REJECTED],
        [first, Verdict.UNDECIDED],
      ]);
      expect(await of({ withReplaced: true, spectrumIds: [first] })).toEqual([
        [first, Verdict.ACCEPTED],
        [first, Verdict.UNDECIDED],
      ]);
      expect(await of({ verdict: Verdict.REJECTED })).toEqual([[second, Verdict.REJECTED]]);
      const page = await at.selection.listCandidateReviews({ campaignId: 'whole', pageSize: 1 });
      const next = await at.selection.listCandidateReviews({ campaignId: 'whole', pageToken: page.nextPageToken });
      expect([...page.reviews, ...next.reviews]).toHaveLength(2);

      await review(first, Verdict.ACCEPTED, 'β Lyr, "known"');
      const csv = (await exported('whole', 'csv', true)).toString();
      expect(csv).toContain('model,verdict,reviewer,review_comment');
      expect(csv).toContain('accepted,ada,"β Lyr, ""known"""');
      for (const format of ['votable', 'fits', 'parquet']) {
        expect((await exported('whole', format, true)).length).toBeGreaterThan(
          (await exported('whole', format)).length,
        );
      }
      await expect(review('', Verdict.ACCEPTED)).rejects.toMatchObject({ reason: 'BAD_REQUEST' });
      await expect(review(first, Verdict.UNSPECIFIED)).rejects.toMatchObject({ reason: 'BAD_REQUEST' });
      await expect(at.selection.listCandidateReviews({ campaignId: 'none' })).rejects.toMatchObject({
        reason: 'CAMPAIGN_NOT_FOUND',
      });
    });

    it('can be had page by page, by class, and as files', async () => {
      expect(await candidatesOf('whole', { pageSize: 3 })).toEqual(candidates);
      expect(await candidatesOf('whole', { class: 'double-peak', pageSize: 2 })).toEqual(
        candidates.filter((one) => one.class === 'double-peak'),
      );
      for (const [format, key] of Object.entries(campaign.catalogue!.keys)) {
        expect(await exported('whole', format)).toEqual(Buffer.from(await at.partner.objects.get(key)));
      }
      await expect(exported('whole', 'xls')).rejects.toMatchObject({
        reason: 'UNKNOWN_FORMAT',
        message: expect.stringMatching(/"xls": ask for one of .*votable/) as string,
      });
    });
  });

  it('cannot be paused, resumed or stopped any more', async () => {
    for (const verb of ['pauseCampaign', 'resumeCampaign', 'stopCampaign'] as const) {
      await expect(at.selection[verb]({ campaignId: 'whole' })).rejects.toMatchObject({ reason: 'CAMPAIGN_OVER' });
    }
    await at.selection.startCampaign({ campaignId: 'whole' });
    expect(await campaignOf('whole')).toEqual(campaign);
  });
});

describe('another campaign of the same seed', () => {
  it('asks the same and finds the same, though it hears everything twice', async () => {
    await run('original');
    at.partner.stuttering.add('replay');
    await run('replay');
    for (const iteration of [0, 1, 2]) {
      expect(await at.partner.batch('replay', iteration)).toEqual(await at.partner.batch('original', iteration));
    }
    const steps = ({ number, step, classCounts, labelsSpent, estimate }: Iteration) => ({
      number,
      step,
      classCounts,
      labelsSpent,
      estimate,
    });
    expect((await iterationsOf('replay')).map(steps)).toEqual((await iterationsOf('original')).map(steps));
    expect(await candidatesOf('replay')).toEqual(await candidatesOf('original'));
    const count = (all: readonly { campaignId: string }[], name: string) =>
      all.filter(({ campaignId }) => campaignId === name).length;
    const { started, selected, completed } = at.partner;
    expect([started, selected, completed].map(({ all }) => count(all, 'replay'))).toEqual([3, 3, 1]);
  });

  it('but of another seed asks otherwise', async () => {
    await run('reseeded', { seed: 2021n });
    const [one, other] = [await at.partner.batch('original', 0), await at.partner.batch('reseeded', 0)];
    const audits = ({ id, purpose }: typeof one) => id.filter((_, row) => purpose[row] === 'audit');
    expect(audits(other)).not.toEqual(audits(one));
  });
});

describe('what annotators pick out themselves', () => {
  const estimatesOf = async (campaignId: string) =>
    (await iterationsOf(campaignId)).map(({ estimate, classCounts }) => ({ estimate, classCounts }));
  let picked: string[];
  beforeAll(async () => {
    await run('unpicked');
    const batches = await Promise.all([0, 1, 2].map((iteration) => at.partner.batch('unpicked', iteration)));
    const drawn = new Set(batches.flatMap(({ id }) => id));
    const left = SHARDS.flat().filter(({ id }) => !drawn.has(id));
    picked = left.filter(({ id }) => classOfSpectrum(id) !== 'absorption').map(({ id }) => id);
    const answered = (ids: readonly string[]) => ids.map((id) => [id, classOfSpectrum(id)] as const);
    at.partner.choices.set('picked 0', [...answered(picked.slice(0, 2)), [picked[2]!, 'skip']]);
    at.partner.choices.set('late 2', answered(picked.slice(0, 2)));
    await run('picked');
    await run('late');
  });

  it('leaves the estimate of its iteration as it is, and goes out of the next one’s population', async () => {
    const [plain] = await estimatesOf('unpicked');
    expect((await estimatesOf('picked'))[0]).toEqual(plain);
    const choices = picked.slice(0, 3);
    const [before, after] = await Promise.all(['unpicked', 'picked'].map((name) => at.partner.plan(name, 1)));
    expect(after!.excludedSpectrumIds).toEqual([...before!.excludedSpectrumIds, ...choices].sort());
    for (const number of [1, 2]) {
      const { id } = await at.partner.batch('picked', number);
      expect(id.filter((one) => choices.includes(one))).toEqual([]);
    }
    const [, next] = await iterationsOf('picked');
    const [, plainNext] = await iterationsOf('unpicked');
    expect(next!.poolSize).toBe(plainNext!.poolSize - 3n);
    expect(next!.labelsSpent).toBe(plainNext!.labelsSpent + 3);
  });

  it('is in the catalogue as labelled, and changes neither threshold nor certificate when it comes last', async () => {
    expect(await estimatesOf('late')).toEqual(await estimatesOf('unpicked'));
    const [plain, late] = await Promise.all(['unpicked', 'late'].map(campaignOf));
    const { threshold, certified, errorUpper } = plain!.catalogue!;
    expect(late!.catalogue).toMatchObject({ threshold, certified, errorUpper });
    const labelled = (await candidatesOf('late')).filter(({ origin }) => origin === Candidate_Origin.LABELLED);
    expect(labelled.map(({ spectrumId }) => spectrumId)).toEqual(expect.arrayContaining(picked.slice(0, 2)));
    expect(late!.labelsSpent).toBe(plain!.labelsSpent + 2);
  });
});

describe('the method of Škoda et al. 2020', () => {
  it('keeps audited spectra in the pool, and audits each class at the end', async () => {
    const method = { query: { size: 5 }, audit: { size: 5, finalSize: 4 }, stopping: { maxIterations: 1 } };
    const campaign = await run('paper', { preset: 'skoda-2020', method });
    const { id, purpose } = await at.partner.batch('paper', 0);
    const { excludedSpectrumIds, averagedIterations } = await at.partner.plan('paper', 1);
    expect(excludedSpectrumIds).toEqual(id.filter((_, row) => purpose[row] === 'query').sort());
    expect(averagedIterations).toEqual([]);
    const [, final] = await iterationsOf('paper');
    expect(final).toMatchObject({ kind: IterationKind.FINAL, audits: 8, queries: 0 });
    expect(final!.estimate!.byClass.map(({ audited }) => audited)).toEqual([4, 4]);
    expect(campaign.catalogue?.threshold).toBe(0);
  });
});

describe('a campaign that predicts nothing', () => {
  it('is completed with what was labelled alone', async () => {
    at.partner.blind.add('blind');
    const campaign = await run('blind', { method: { ...METHOD, stopping: { maxIterations: 1 } } });
    // No prediction can be wrong.
    expect(campaign.catalogue).toMatchObject({ threshold: 0, certified: true, errorUpper: 0 });
    const [first, final] = await iterationsOf('blind');
    expect(first).toMatchObject({ queries: QUERIES, audits: 0, classCounts: [BigInt(POOL_SIZE), 0n, 0n] });
    expect(final).toMatchObject({ queries: 0, audits: 0 });
    const origins = new Set((await candidatesOf('blind')).map(({ origin }) => origin));
    expect(origins.has(Candidate_Origin.PREDICTED)).toBe(false);
  });
});

describe('pausing', () => {
  it('holds a batch back that is drawn meanwhile, and resuming asks it', async () => {
    await startByHand('held');
    await at.partner.sayTrained('held', 0);
    const paused = await at.selection.pauseCampaign({ campaignId: 'held' });
    expect(paused.campaign?.state).toBe(Campaign_State.PAUSED);
    expect(await at.selection.pauseCampaign({ campaignId: 'held' })).toMatchObject({
      campaign: { state: Campaign_State.PAUSED },
    });
    await at.partner.score('held', 0);
    const { queries, audits } = await reaches('held', 0, Iteration_Step.SELECTING);
    expect([queries, audits]).toEqual([QUERIES, AUDITS]);
    expect(at.partner.selected.all.some(({ campaignId }) => campaignId === 'held')).toBe(false);

    const resumed = await at.selection.resumeCampaign({ campaignId: 'held' });
    expect(resumed.campaign?.state).toBe(Campaign_State.RUNNING);
    expect((await asked('held', 0)).tasks).toBe(QUERIES + AUDITS);
    await reaches('held', 0, Iteration_Step.LABELLING);
  });

  it('holds the next iteration back, and resuming begins it', async () => {
    await at.selection.pauseCampaign({ campaignId: 'held' });
    await at.partner.answer('held', 0);
    await reaches('held', 0, Iteration_Step.DONE);
    expect(await iterationsOf('held')).toHaveLength(1);
    await at.selection.resumeCampaign({ campaignId: 'held' });
    await begun('held', 1);
    await at.selection.resumeCampaign({ campaignId: 'held' });
    const started = at.partner.started.all.filter(({ campaignId }) => campaignId === 'held');
    expect(started.map(({ iteration }) => iteration)).toEqual([0, 1]);
  });

  it('leaves an iteration in its trace, while the next one has another', () => {
    const { traces } = at.partner;
    expect(traces.get('held 0 started')).toMatch(/^[0-9a-f]{32}$/);
    expect(traces.get('held 0 selected')).toBe(traces.get('held 0 started'));
    expect(traces.get('held 1 started')).toMatch(/^[0-9a-f]{32}$/);
    expect(traces.get('held 1 started')).not.toBe(traces.get('held 0 started'));
  });

  it('between two steps holds nothing', async () => {
    await at.selection.pauseCampaign({ campaignId: 'held' });
    await at.selection.resumeCampaign({ campaignId: 'held' });
    await at.partner.sayTrained('held', 1);
    await at.partner.score('held', 1);
    expect((await asked('held', 1)).tasks).toBe(QUERIES + AUDITS);
  });

  it('of a campaign that was not started changes nothing, and it cannot be resumed', async () => {
    await create('asleep');
    await at.selection.pauseCampaign({ campaignId: 'asleep' });
    await expect(at.selection.resumeCampaign({ campaignId: 'asleep' })).rejects.toMatchObject({
      reason: 'BAD_REQUEST',
      message: expect.stringContaining('never started') as string,
    });
    expect((await campaignOf('asleep')).state).toBe(Campaign_State.CREATED);
  });
});

describe('stopping', () => {
  it('ends the loop after the batch at hand: the final iteration and the catalogue follow', async () => {
    await startByHand('stopped', { method: { ...METHOD, stopping: { maxIterations: 20 } } });
    await at.partner.sayTrained('stopped', 0);
    await at.partner.score('stopped', 0);
    await asked('stopped', 0);
    await at.selection.stopCampaign({ campaignId: 'stopped' });
    expect((await campaignOf('stopped')).state).toBe(Campaign_State.RUNNING);
    at.partner.byHand.delete('stopped');
    await at.partner.answer('stopped', 0);
    await at.partner.completed.first(({ campaignId }) => campaignId === 'stopped');
    expect((await campaignOf('stopped')).stopReason).toBe('A user stopped the loop.');
    const kinds = (await iterationsOf('stopped')).map(({ kind }) => kind);
    expect(kinds).toEqual([IterationKind.LOOP, IterationKind.FINAL]);
  });
});

describe('a training that failed', () => {
  it('fails the campaign and says why; resuming tries again, with the labels that came since', async () => {
    await startByHand('failing');
    const before = await at.partner.plan('failing', 0);
    await at.partner.sayFailed('failing', 0, 'no spectrum is labelled double-peak');
    await expect.poll(async () => (await campaignOf('failing')).state).toBe(Campaign_State.FAILED);
    const { problem } = await campaignOf('failing');
    expect(problem).toBe('training of iteration 0 failed: no spectrum is labelled double-peak');

    const position = at.partner.labels.add({ poolId: SEED_POOL, spectrumId: 'seed-2', answer: 'double-peak' });
    const { campaign } = await at.selection.resumeCampaign({ campaignId: 'failing' });
    expect(campaign).toMatchObject({ state: Campaign_State.RUNNING, problem: '' });
    await at.partner.started.until((all) => all.filter(({ campaignId }) => campaignId === 'failing').length === 2);
    const after = await at.partner.plan('failing', 0);
    expect(after).toEqual({ ...before, labelPosition: position });
    await at.partner.sayTrained('failing', 0);
    await at.partner.score('failing', 0);
    await asked('failing', 0);
    expect(await iterationsOf('failing')).toMatchObject([{ labelPosition: position, step: Iteration_Step.LABELLING }]);
  });
});

describe('a scoring', () => {
  const problemOf = async (campaignId: string, problem: RegExp | '') => {
    await vi.waitFor(
      async () => {
        const campaign = await campaignOf(campaignId);
        if (problem === '') expect(campaign.problem).toBe('');
        else expect(campaign.problem).toMatch(problem);
      },
      { timeout: 20_000, interval: 20 },
    );
    return (await campaignOf(campaignId)).state;
  };

  it('that waits is shown with what it waits for, until it goes on', async () => {
    await startByHand('waiting');
    await at.partner.sayDelayed('waiting', 0, 'shard 3: the store is away');
    const state = await problemOf('waiting', /scoring of iteration 0 waits and is tried further: shard 3: the store/);
    expect(state).toBe(Campaign_State.RUNNING);
    await at.partner.sayDelayed('waiting', 0, '');
    expect(await problemOf('waiting', '')).toBe(Campaign_State.RUNNING);
  });

  it('that failed fails the campaign; resuming has it tried again', async () => {
    await startByHand('unscored');
    await at.partner.sayTrained('unscored', 0);
    await reaches('unscored', 0, Iteration_Step.SCORING);
    await at.partner.sayScoringFailed('unscored', 0, 'shard 3 is gone');
    expect(await problemOf('unscored', /^scoring of iteration 0 failed: shard 3 is gone$/)).toBe(Campaign_State.FAILED);
    await at.selection.resumeCampaign({ campaignId: 'unscored' });
    const retried = await at.partner.retried.first(({ campaignId }) => campaignId === 'unscored');
    expect(retried).toMatchObject({ iteration: 0, modelId: 'unscored-0' });
    await asked('unscored', 0);
    expect(await problemOf('unscored', '')).toBe(Campaign_State.RUNNING);
  });

  it('of which a summary is lost fails the campaign, which goes on when it is scored again', async () => {
    await startByHand('halved');
    await at.partner.sayTrained('halved', 0);
    await reaches('halved', 0, Iteration_Step.SCORING);
    await at.partner.sayHalfScored('halved', 0);
    const state = await problemOf('halved', /^selecting the batch of iteration 0 failed: there is no object .*resume/);
    expect(state).toBe(Campaign_State.FAILED);
    await at.selection.resumeCampaign({ campaignId: 'halved' });
    await asked('halved', 0);
    expect(await problemOf('halved', '')).toBe(Campaign_State.RUNNING);
  });
});

describe('a catalogue that cannot be published', () => {
  it('fails the campaign, which is completed when it is resumed with what was missing', async () => {
    await startByHand('unpublished', { method: { ...METHOD, stopping: { maxIterations: 1 } } });
    for (const iteration of [0, 1]) {
      await begun('unpublished', iteration);
      await at.partner.sayTrained('unpublished', iteration);
      await at.partner.score('unpublished', iteration);
      await asked('unpublished', iteration);
      if (iteration === 0) await at.partner.answer('unpublished', iteration);
    }
    const key = scoresKey('unpublished', 1, 2);
    const scores = await at.partner.objects.get(key);
    await at.partner.objects.delete(key);
    await at.partner.answer('unpublished', 1);
    await vi.waitFor(
      async () => {
        const { state, problem } = await campaignOf('unpublished');
        expect(problem).toMatch(/^what follows the labelling of iteration 1 failed: there is no object/);
        expect(state).toBe(Campaign_State.FAILED);
      },
      { timeout: 20_000, interval: 20 },
    );
    const again = at.selection.resumeCampaign({ campaignId: 'unpublished' });
    await expect(again).rejects.toThrow(/./);
    expect(await campaignOf('unpublished')).toMatchObject({ state: Campaign_State.FAILED });
    await at.partner.objects.put(key, scores);
    const { campaign } = await at.selection.resumeCampaign({ campaignId: 'unpublished' });
    expect(campaign).toMatchObject({ state: Campaign_State.COMPLETED, problem: '' });
  });
});

describe('events of different topics', () => {
  it('may overtake each other: a pool that is scored before its model was heard of', async () => {
    await startByHand('overtaken');
    await at.partner.score('overtaken', 0);
    await asked('overtaken', 0);
    await at.partner.sayTrained('overtaken', 0);
    // What is said later of the same campaign is handled later: then the late event has been heard, too.
    await at.partner.sayTrained('overtaken', 0);
    const { modelId, seconds } = await reaches('overtaken', 0, Iteration_Step.LABELLING);
    expect(modelId).toBe('overtaken-0');
    expect(seconds?.scoring).toBeGreaterThanOrEqual(0);
    await at.partner.answer('overtaken', 0);
    await begun('overtaken', 1);
    await reaches('overtaken', 0, Iteration_Step.DONE);
  });
});

describe('starting', () => {
  it('needs labels, and leaves the campaign as it was without', async () => {
    at.partner.byHand.add('unlabelled');
    await create('unlabelled', { seedPoolIds: [UNLABELLED_POOL] });
    await expect(at.selection.startCampaign({ campaignId: 'unlabelled' })).rejects.toMatchObject({
      reason: 'NO_LABELS',
      message: expect.stringContaining('ImportLabels') as string,
    });
    expect(await campaignOf('unlabelled')).toMatchObject({ state: Campaign_State.CREATED, currentIteration: -1 });
    at.partner.labels.add({ poolId: UNLABELLED_POOL, spectrumId: 'seed-0', answer: 'absorption' });
    await at.selection.startCampaign({ campaignId: 'unlabelled' });
    await begun('unlabelled', 0);
    await at.selection.startCampaign({ campaignId: 'unlabelled' });
    expect(await iterationsOf('unlabelled')).toHaveLength(1);
  });

  it('leaves out what the searched pool’s own import labelled', async () => {
    at.partner.byHand.add('known');
    const known = SHARDS[1]![0]!.id;
    at.partner.labels.add({ poolId: POOL, spectrumId: known, campaignId: 'known', answer: 'absorption' });
    await create('known', { seedPoolIds: [POOL, SEED_POOL] });
    await at.selection.startCampaign({ campaignId: 'known' });
    await begun('known', 0);
    expect((await at.partner.plan('known', 0)).excludedSpectrumIds).toEqual([known]);
  });
});

describe('creating a campaign', () => {
  it('answers a retry with the first answer, also when both are under way', async () => {
    const requestId = randomUUID();
    const [one, other] = await Promise.all([create('retried', { requestId }), create('retried', { requestId })]);
    expect(other).toEqual(one);
    expect(await create('retried', { requestId })).toEqual(one);
    expect(one.campaign).toMatchObject({
      campaignId: 'retried',
      state: Campaign_State.CREATED,
      currentIteration: -1,
      seed: 2020n,
      method: { query: { size: QUERIES, strategy: 'margin' }, finalTraining: null },
    });
  });

  it.each<[string, string, CampaignRequest, string]>([
    ['of a name that is taken', 'CAMPAIGN_EXISTS', { campaignId: 'whole' }, '"whole" already: choose another'],
    ['of a bad name', 'BAD_REQUEST', { campaignId: 'No Spaces' }, 'beginning with a letter or digit'],
    ['without a request id', 'BAD_REQUEST', { requestId: '' }, 'request_id is needed'],
    ['without seed pools', 'BAD_REQUEST', { seedPoolIds: [] }, 'seed_pool_ids is empty'],
    ['with a seed too large', 'BAD_REQUEST', { seed: 2n ** 53n }, 'use at most 2^53 - 1'],
    ['with an unknown preset', 'BAD_METHOD', { preset: 'best' }, 'only skoda-2020, default'],
    ['with an unknown key', 'BAD_METHOD', { method: { query: { sice: 3 } } }, 'query.sice is not known here'],
    ['with a bad value', 'BAD_METHOD', { method: { stopping: { maxError: 2 } } }, 'stopping.maxError must be between'],
    ['on an unknown pool', 'POOL_NOT_FOUND', { poolId: 'none' }, 'no pool "none"'],
    ['with an unknown seed pool', 'POOL_NOT_FOUND', { seedPoolIds: [SEED_POOL, 'none'] }, 'no pool "none"'],
    ['on a pool that is open', 'POOL_NOT_SEALED', { poolId: OPEN_POOL }, 'seal it first'],
  ])('%s is refused with %s', async (_, reason, values, message) => {
    await expect(create('refused', values)).rejects.toMatchObject({
      reason,
      message: expect.stringContaining(message) as string,
    });
    await expect(campaignOf('refused')).rejects.toMatchObject({ reason: 'CAMPAIGN_NOT_FOUND' });
  });
});

describe('watching', () => {
  it('tells everything first, then what changes, until the campaign is completed', async () => {
    at.partner.byHand.add('watched');
    await create('watched', { method: { ...METHOD, stopping: { maxIterations: 1 } } });
    const told: WatchCampaignResponse[] = [];
    const watching = (async () => {
      for await (const change of at.selection.watchCampaign({ campaignId: 'watched' })) told.push(change);
    })();
    await expect.poll(() => told).toHaveLength(1);
    expect(told[0]).toMatchObject({ campaign: { state: Campaign_State.CREATED }, iterations: [] });
    at.partner.byHand.delete('watched');
    await at.selection.startCampaign({ campaignId: 'watched' });
    await watching;

    const last = told.at(-1)!;
    expect(last.campaign).toEqual(await campaignOf('watched'));
    // Laid over each other, the changes are the whole.
    const iterations = new Map(told.flatMap((change) => change.iterations.map((one) => [one.number, one])));
    expect([...iterations.values()]).toEqual(await iterationsOf('watched'));
    const steps = told.flatMap((change) =>
      change.iterations.filter(({ number }) => number === 0).map(({ step }) => step),
    );
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  });

  it('ends when the watcher leaves, and is refused for what there is not', async () => {
    const leaving = new AbortController();
    const watching = (async () => {
      for await (const _ of at.selection.watchCampaign({ campaignId: 'held' }, { signal: leaving.signal }))
        leaving.abort();
    })();
    await expect(watching).rejects.toMatchObject({ name: 'RpcError' });
    const none = (async () => {
      for await (const _ of at.selection.watchCampaign({ campaignId: 'none' })) break;
    })();
    await expect(none).rejects.toMatchObject({ reason: 'CAMPAIGN_NOT_FOUND' });
  });
});

describe('lists', () => {
  it('give campaigns by name, page by page', async () => {
    const names: string[] = [];
    let pageToken = '';
    do {
      const page = await at.selection.listCampaigns({ pageSize: 4, pageToken });
      expect(page.campaigns.length).toBeLessThanOrEqual(4);
      names.push(...page.campaigns.map(({ campaignId }) => campaignId));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(names).toEqual(names.toSorted());
    expect(names).toContain('whole');
    expect(new Set(names).size).toBe(names.length);
  });

  it('give iterations by number, page by page', async () => {
    const first = await at.selection.listIterations({ campaignId: 'whole', pageSize: 2 });
    const second = await at.selection.listIterations({
      campaignId: 'whole',
      pageSize: 2,
      pageToken: first.nextPageToken,
    });
    expect([...first.iterations, ...second.iterations].map(({ number }) => number)).toEqual([0, 1, 2]);
    expect(second.nextPageToken).toBe('');
  });

  it('refuse what there is not, or not yet', async () => {
    const pageToken = Buffer.from('after:x').toString('base64url');
    const refusals = [
      [at.selection.getCampaign({ campaignId: 'none' }), 'CAMPAIGN_NOT_FOUND'],
      [at.selection.startCampaign({ campaignId: 'none' }), 'CAMPAIGN_NOT_FOUND'],
      [at.selection.listIterations({ campaignId: 'none' }), 'CAMPAIGN_NOT_FOUND'],
      [at.selection.listCandidates({ campaignId: 'asleep' }), 'NO_CATALOGUE'],
      [exported('asleep', 'csv'), 'NO_CATALOGUE'],
      [at.selection.listIterations({ campaignId: 'whole', pageToken }), 'BAD_PAGE_TOKEN'],
      [at.selection.listCandidates({ campaignId: 'whole', pageToken }), 'BAD_PAGE_TOKEN'],
    ] as const;
    for (const [call, reason] of refusals) await expect(call).rejects.toMatchObject({ reason });
  });
});

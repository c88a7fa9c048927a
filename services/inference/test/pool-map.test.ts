import { create } from '@bufbuild/protobuf';
import { LabelOrigin, PoolMapSchema, type GetPoolMapResponse, type PoolMap } from '@spectrawl/contracts';
import { poolMapKey } from '@spectrawl/pool';
import { CLASSES, lineFeatures, python, type PoolSpectrum } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { POOL, startInference, type InferenceAtWork, type TrainedOn } from './ring-partner.ts';

/** Two shards of 300; one spectrum in fifty is of the last class. */
const shapeOf = (at: number): number => (at % 50 === 0 ? 2 : at % 2);
const SHARDS: readonly (readonly PoolSpectrum[])[] = [0, 1].map((shard) =>
  Array.from({ length: 300 }, (_, at) => {
    const id = `spectrum-${shard}-${String(at).padStart(3, '0')}`;
    return { id, features: lineFeatures(shapeOf(at), id) };
  }),
);
const SPECTRA = SHARDS.flat();
const SHAPES = new Map(SHARDS.flatMap((spectra) => spectra.map(({ id }, at) => [id, shapeOf(at)])));

/** Every fifth spectrum is labelled, truly; one more is a pool negative, and one is in no pool. */
const ORIGINS = ['seed', 'query', 'audit', 'import'];
const LABELLED: TrainedOn[] = SPECTRA.filter((_, at) => at % 5 === 0).map(({ id }, at) => ({
  poolId: POOL,
  spectrumId: id,
  class: CLASSES[SHAPES.get(id)!]!,
  origin: ORIGINS[at % ORIGINS.length]!,
}));
const TRAINING_SET = [
  ...LABELLED,
  { poolId: POOL, spectrumId: SPECTRA[1]!.id, class: CLASSES[0]!, origin: 'pool-negative' },
  { poolId: POOL, spectrumId: 'gone', class: CLASSES[0]!, origin: 'import' },
];

let at: InferenceAtWork;
beforeAll(async () => {
  at = await startInference(SHARDS);
  for (const [modelId, epochs] of [
    ['sure', 30],
    ['other', 12],
  ] as const) {
    await at.partner.storeModel(modelId, epochs);
    await at.partner.storeTrainingSet(modelId, TRAINING_SET);
  }
});
afterAll(async () => at.stop());

async function score(campaignId: string, iteration: number, modelId = 'sure'): Promise<void> {
  await at.partner.storePlan(campaignId, iteration);
  await at.partner.sayTrained(campaignId, iteration, modelId);
  await at.partner.poolIsScored(campaignId, iteration);
}

interface Gathered {
  map: PoolMap;
  progress: number;
  points: { id: string; x: number; y: number; class: number; probability: number; labelled: boolean }[];
}

async function mapOf(campaignId: string, iteration?: number): Promise<Gathered> {
  const gathered: Gathered = { map: create(PoolMapSchema), progress: 0, points: [] };
  const parts: GetPoolMapResponse[] = [];
  const request = { campaignId, ...(iteration !== undefined && { iteration }) };
  for await (const message of at.inference.getPoolMap(request)) parts.push(message);
  for (const { part } of parts) {
    if (part.case === 'progress') gathered.progress += 1;
    if (part.case === 'map') gathered.map = part.value;
    if (part.case !== 'points') continue;
    const { spectrumIds, x, y, classIndices, probabilities, labelled, poolId } = part.value;
    expect(poolId).toBe(POOL);
    for (const [row, id] of spectrumIds.entries()) {
      const [right, up, index] = [x[row]!, y[row]!, classIndices[row]!];
      gathered.points.push({ id, x: right, y: up, class: index, probability: probabilities[row]!, labelled });
    }
  }
  return gathered;
}

describe('the map of an iteration', () => {
  it('has every spectrum of a small pool and what it was trained on, classes far apart', async () => {
    await score('map', 0);
    const { map, points } = await mapOf('map');
    expect(map).toMatchObject({
      campaignId: 'map',
      iteration: 0,
      modelId: 'sure',
      poolId: POOL,
      classes: CLASSES,
      points: 600,
      labelledPoints: LABELLED.length,
      poolRows: 600n,
    });
    const drawn = points.filter(({ labelled }) => !labelled);
    expect(new Set(drawn.map(({ id }) => id))).toEqual(new Set(SPECTRA.map(({ id }) => id)));
    const labels = points.slice(600).map(({ id, labelled, class: index, probability }) => ({
      id,
      labelled,
      class: CLASSES[index],
      probability,
    }));
    expect(labels).toEqual(
      LABELLED.map((label) => ({ id: label.spectrumId, labelled: true, class: label.class, probability: 1 })),
    );

    const input = {
      rows: points.map(({ id }) => [...SPECTRA.find((spectrum) => spectrum.id === id)!.features]),
      places: points.map(({ x, y }) => [x, y]),
      classes: points.map(({ id }) => SHAPES.get(id)!),
    };
    const judged = JSON.parse(
      await python(new URL('judge_map.py', import.meta.url), [], JSON.stringify(input)),
    ) as Record<'map' | 'random', { trustworthiness: number; agreement: number }>;
    expect(judged.map.agreement).toBeGreaterThan(0.97);
    expect(judged.map.agreement).toBeGreaterThan(judged.random.agreement + 0.3);
    expect(judged.map.trustworthiness).toBeGreaterThan(judged.random.trustworthiness + 0.1);
  });

  it('is what the scores say', async () => {
    await score('scores', 0);
    const { points } = await mapOf('scores', 0);
    const scores = new Map<string, number[]>();
    for await (const batch of at.inference.listScores({ scoringRunId: 'scores-0' })) {
      for (const { spectrumId, probabilities } of batch.scores) scores.set(spectrumId, probabilities);
    }
    for (const { id, class: index, probability } of points.slice(0, 600)) {
      const own = scores.get(id)!;
      expect(probability).toBe(Math.max(...own));
      expect(index).toBe(own.indexOf(probability));
    }
  });

  it('is computed once, and is the same if it is computed again', async () => {
    await score('again', 0);
    const [one, two] = await Promise.all([mapOf('again', 0), mapOf('again')]);
    expect(two.points).toEqual(one.points);
    const key = poolMapKey('again', 0);
    const bytes = await at.partner.objects.get(key);
    expect(await mapOf('again')).toMatchObject({ progress: 0, points: one.points });
    await at.partner.objects.delete(key);
    expect((await mapOf('again')).points).toEqual(one.points);
    expect(await at.partner.objects.get(key)).toEqual(bytes);
  });

  it('is that of the latest iteration unless another one is asked for', async () => {
    await score('two', 0);
    await score('two', 1, 'other');
    expect((await mapOf('two')).map).toMatchObject({ iteration: 1, modelId: 'other' });
    expect((await mapOf('two', 0)).map).toMatchObject({ iteration: 0, modelId: 'sure' });
  });

  it('can be read by pyarrow', async () => {
    await score('arrow', 0);
    const { points } = await mapOf('arrow');
    const program = `
import io, json, sys
import pyarrow.parquet as pq
table = pq.read_table(io.BytesIO(sys.stdin.buffer.read()))
print(json.dumps({"columns": table.column_names, "ids": table["id"].to_pylist(), "x": table["x"].to_pylist()}))
`;
    const read = JSON.parse(await python(program, [], await at.partner.objects.get(poolMapKey('arrow', 0)))) as {
      columns: string[];
      ids: string[];
      x: number[];
    };
    expect(read.columns).toEqual(['pool', 'id', 'x', 'y', 'class', 'probability', 'labelled']);
    expect(read.ids).toEqual(points.map(({ id }) => id));
    expect(read.x).toEqual(points.map(({ x }) => x));
  });

  it('is refused where nothing is scored', async () => {
    await expect(mapOf('none')).rejects.toMatchObject({ reason: 'SCORING_RUN_NOT_FOUND' });
    await score('some', 0);
    await expect(mapOf('some', 7)).rejects.toMatchObject({ reason: 'SCORING_RUN_NOT_FOUND' });
  });
});

describe('the nearest labelled spectra', () => {
  const nearest = (spectrumId: string, k = 0, campaignId = 'near') =>
    at.inference.findNearestLabelled({ campaignId, poolId: POOL, spectrumId, k });

  it('are of the same class, nearest first, and say where their labels come from', async () => {
    await score('near', 0);
    for (const place of [1, 2, 7, 351]) {
      const { id } = SPECTRA[place]!;
      const { neighbours, modelId } = await nearest(id);
      expect(modelId).toBe('sure');
      expect(neighbours).toHaveLength(8);
      const distances = neighbours.map(({ distance }) => distance);
      expect(distances).toEqual(distances.toSorted((a, b) => a - b));
      const same = neighbours.filter((neighbour) => neighbour.class === CLASSES[SHAPES.get(id)!]);
      expect(same.length).toBeGreaterThanOrEqual(7);
      for (const { spectrumId, origin, poolId } of neighbours) {
        const label = LABELLED.find((one) => one.spectrumId === spectrumId)!;
        expect([poolId, LabelOrigin[origin].toLowerCase()]).toEqual([POOL, label.origin]);
      }
    }
  });

  it('of a labelled spectrum leave itself out', async () => {
    const { neighbours } = await nearest(LABELLED[3]!.spectrumId, 100);
    expect(neighbours).toHaveLength(100);
    expect(neighbours.map(({ spectrumId }) => spectrumId)).not.toContain(LABELLED[3]!.spectrumId);
  });

  it('are those of the latest model', async () => {
    await score('latest', 0);
    expect((await nearest(SPECTRA[1]!.id, 1, 'latest')).modelId).toBe('sure');
    await score('latest', 1, 'other');
    expect((await nearest(SPECTRA[1]!.id, 1, 'latest')).modelId).toBe('other');
  });

  it('of nothing, or too many, are refused', async () => {
    await expect(nearest('none')).rejects.toMatchObject({ reason: 'SPECTRUM_NOT_FOUND' });
    await expect(nearest(SPECTRA[1]!.id, 101)).rejects.toMatchObject({ reason: 'BAD_REQUEST' });
    await expect(nearest(SPECTRA[1]!.id, 1, 'never')).rejects.toMatchObject({ reason: 'SCORING_RUN_NOT_FOUND' });
  });
});

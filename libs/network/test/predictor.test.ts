import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { classCountOf, openPredictor, representationWidthOf, skoda2020Network, SKODA_2020_CNN } from '../src/index.ts';
import type { PredictionModel } from '../src/index.ts';
import { initialWeights } from '../src/initial-weights.ts';
import { openNetwork } from '../src/prediction-session.ts';
import { encodeWeights } from '../src/weights.ts';
import { lineSpectra } from './line-spectra.ts';

/** The processes that this one has started. */
const childProcesses = (): number[] =>
  readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

const predictor = openPredictor({ processes: 2, threadsPerProcess: 1, precision: 'float32' });
afterAll(() => predictor.close());

const architecture = skoda2020Network(3, 0.125);
const model = (seed: number): PredictionModel => ({
  architecture,
  weights: encodeWeights(initialWeights(architecture, seed)),
  key: `seed ${seed}`,
});
const { features } = lineSpectra(3000, 1);

describe('a predictor', () => {
  test('gives each row its probabilities, in order, over many chunks', async () => {
    const network = await openNetwork({
      architecture,
      weights: initialWeights(architecture, 1),
      precision: 'float32',
      threads: 1,
    });
    const expected = network.predict(features);
    network.close();
    const probabilities = await predictor.predict(model(1), features);
    expect(probabilities).toHaveLength(3000 * 3);
    const apart = probabilities.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
    expect(apart).toBeLessThan(1e-6);
    for (let row = 0; row < 3000; row++) {
      const sum = probabilities.subarray(3 * row, 3 * row + 3).reduce((total, value) => total + value, 0);
      expect(sum).toBeCloseTo(1, 5);
    }
  });

  test('gives what the last hidden layer sees: the last layer makes the probabilities of it', async () => {
    const units = representationWidthOf(architecture);
    expect(units).toBe(64);
    const weights = initialWeights(architecture, 1);
    const [kernel, bias] = ['kernel', 'bias'].map((name) => weights.get(`dense3.${name}`)!.values);
    const [seen, probabilities] = await Promise.all([
      predictor.represent(model(1), features),
      predictor.predict(model(1), features),
    ]);
    expect(seen).toHaveLength(3000 * units);
    for (let row = 0; row < 3000; row += 97) {
      const logits = [0, 1, 2].map((to) => {
        let sum = bias![to]!;
        for (let unit = 0; unit < units; unit++) sum += seen[row * units + unit]! * kernel![unit * 3 + to]!;
        return Math.exp(sum);
      });
      const total = logits.reduce((sum, value) => sum + value);
      for (const [at, value] of logits.entries()) expect(probabilities[row * 3 + at]).toBeCloseTo(value / total, 5);
    }
  });

  test('gives the same bits however many processes it has', async () => {
    const alone = openPredictor({ processes: 1, threadsPerProcess: 1, precision: 'float32' });
    const one = await alone.predict(model(1), features);
    alone.close();
    expect(await predictor.predict(model(1), features)).toEqual(one);
  });

  test('keeps many networks apart, also more than a process keeps open', async () => {
    const few = features.subarray(0, 140 * 20);
    const all = Array.from({ length: 9 }, (_, seed) => seed);
    const together = await Promise.all(all.map((seed) => predictor.predict(model(seed), few)));
    for (const seed of all.toReversed()) expect(await predictor.predict(model(seed), few)).toEqual(together[seed]);
    expect(new Set(together.map((each) => each.join())).size).toBe(9);
  });

  test('gives nothing for no rows', async () => {
    expect(await predictor.predict(model(1), new Float32Array(0))).toHaveLength(0);
  });

  test('in bfloat16 agrees with float32 on the class of nearly every row', async () => {
    const half = openPredictor({ processes: 1, threadsPerProcess: 1, precision: 'bfloat16' });
    const weights = encodeWeights(initialWeights(SKODA_2020_CNN, 1));
    const full = { architecture: SKODA_2020_CNN, weights, key: 'full' };
    const rows = features.subarray(0, 140 * 1000);
    const [coarse, fine] = await Promise.all([half.predict(full, rows), predictor.predict(full, rows)]);
    half.close();
    expect(classCountOf(SKODA_2020_CNN)).toBe(3);
    const apart = coarse.reduce((most, value, i) => Math.max(most, Math.abs(value - fine[i]!)), 0);
    expect(apart).toBeLessThan(0.01);
  });

  test('stops waiting when it is aborted, and goes on with others', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    const aborted = predictor.predict(model(1), features, { signal: controller.signal });
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    expect(await predictor.predict(model(2), features.subarray(0, 140))).toHaveLength(3);
  });

  test('refuses features that are not whole rows, and weights of another architecture', async () => {
    await expect(predictor.predict(model(1), new Float32Array(150))).rejects.toMatchObject({
      reason: 'INVALID_REQUEST',
    });
    const wrong = { ...model(1), key: 'wrong', architecture: SKODA_2020_CNN };
    await expect(predictor.predict(wrong, features)).rejects.toMatchObject({ reason: 'INVALID_WEIGHTS' });
  });

  test('reports that a process died, and goes on with a new one', async () => {
    const mortal = openPredictor({ processes: 1, threadsPerProcess: 1, precision: 'float32' });
    const others = new Set(childProcesses());
    const before = await mortal.predict(model(1), features);
    const [child] = childProcesses().filter((pid) => !others.has(pid));
    const interrupted = mortal.predict(model(1), features);
    process.kill(child!, 'SIGKILL');
    await expect(interrupted).rejects.toMatchObject({ reason: 'PROCESS_ENDED' });
    expect(await mortal.predict(model(1), features)).toEqual(before);
    mortal.close();
  });

  test('has processes that end with their parent, and not by its Ctrl-C', async () => {
    // A parent that predicts once, tells the process that did, and is then killed.
    const parent = fork(fileURLToPath(new URL('predict-once.ts', import.meta.url)), {
      execArgv: ['--conditions=@spectrawl/source'],
    });
    const [told] = (await once(parent, 'message')) as [{ child: number }];
    process.kill(told.child, 'SIGINT');
    parent.send('again');
    const [again] = (await once(parent, 'message')) as [{ child: number }];
    expect(again.child).toBe(told.child);
    parent.kill('SIGKILL');
    await expect.poll(() => existsSync(`/proc/${told.child}`), { timeout: 30_000 }).toBe(false);
  });

  test('rejects what is under way when it is closed, and whatever comes later', async () => {
    const closed = openPredictor({ processes: 1, threadsPerProcess: 1, precision: 'float32' });
    const pending = closed.predict(model(1), features);
    closed.close();
    await expect(pending).rejects.toMatchObject({ reason: 'PROCESS_ENDED' });
    await expect(closed.predict(model(1), features)).rejects.toMatchObject({ reason: 'INVALID_REQUEST' });
  });
});

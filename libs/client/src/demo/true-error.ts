import type { Iteration } from '@spectrawl/contracts';
import type { Spectrawl } from '../connect.ts';
import { allPages } from '@spectrawl/grpc';

/** What the network says of a pool whose truth is known. */
export interface KnownSky {
  /** Spectra predicted positive and neither labelled nor asked before: the catalogue, if the campaign ended here. */
  predicted: number;
  /** Of these, spectra without any emission. */
  wrong: number;
  /** Emission spectra of the whole pool. */
  emission: number;
  /** Of these, spectra that are predicted positive or were labelled so. */
  found: number;
}

/**
 * Compares an iteration's scores with the truth. The services never see the truth: this is for simulated skies only.
 * @param truth class of every spectrum of the pool, by id; spectra that it lacks are left out
 * @param notInteresting name of the campaign's first class
 */
export async function compareWithTruth(
  spectrawl: Spectrawl,
  { campaignId, number }: Pick<Iteration, 'campaignId' | 'number'>,
  truth: ReadonlyMap<string, string>,
  notInteresting: string,
): Promise<KnownSky> {
  const asked = await askedBefore(spectrawl, campaignId, number);
  const sky: KnownSky = { predicted: 0, wrong: 0, emission: 0, found: 0 };
  for await (const { scores } of spectrawl.inference.listScores({ scoringRunId: `${campaignId}-${number}` })) {
    for (const { spectrumId, probabilities } of scores) {
      const name = truth.get(spectrumId);
      if (name === undefined) continue;
      const emits = name !== notInteresting;
      const predicted = isPositive(probabilities);
      const known = asked.has(spectrumId);
      if (emits) sky.emission += 1;
      if (emits && (predicted || known)) sky.found += 1;
      if (known || !predicted) continue;
      sky.predicted += 1;
      if (!emits) sky.wrong += 1;
    }
  }
  return sky;
}

/** Whether the most probable class is one that is searched for. */
export function isPositive([first = 0, ...others]: readonly number[]): boolean {
  return others.some((probability) => probability > first);
}

async function askedBefore({ labelling }: Spectrawl, campaignId: string, iteration: number): Promise<Set<string>> {
  const asked = new Set<string>();
  const tasks = allPages(
    (pageToken) => labelling.listTasks({ campaignId, pageSize: 1000, pageToken }),
    (page) => page.tasks,
  );
  for await (const task of tasks) if (task.iteration < iteration) asked.add(task.spectrumId);
  return asked;
}

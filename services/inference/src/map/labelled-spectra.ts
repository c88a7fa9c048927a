import { Inject, Injectable } from '@nestjs/common';
import type { IterationPlan } from '@spectrawl/contracts';
import { rangedObject, type ObjectStore } from '@spectrawl/object-store';
import {
  column,
  FEATURE_COUNT,
  findFeatures,
  manifestKey,
  MODEL_FILES,
  modelKey,
  parseManifest,
  readBatch,
  readTable,
} from '@spectrawl/pool';
import { OBJECT_STORE } from '@spectrawl/runtime';

/** A labelled spectrum that a model was trained on. */
export interface LabelledSpectrum {
  poolId: string;
  spectrumId: string;
  class: string;
  /** `seed`, `query`, `audit` or `import`, as training writes it. */
  origin: string;
}

/** Labelled spectra with their features. */
export interface LabelledFeatures {
  spectra: LabelledSpectrum[];
  /** n × 140. */
  features: Float32Array<ArrayBuffer>;
}

/** Columns of a model's training set that are needed here. */
const TRAINING_SET = { pool: column.string, id: column.string, class: column.string, origin: column.string };
/** Random spectra of the pool, trained on as negatives: nobody has labelled them. */
const UNLABELLED = 'pool-negative';
/** Labelled spectra that are kept, at most: some 40 MB of what the network sees of them. */
const MOST_SPECTRA = 20_000;

/** The labelled spectra that a model was trained on. */
@Injectable()
export class LabelledSpectra {
  constructor(@Inject(OBJECT_STORE) private readonly objects: ObjectStore) {}

  /** In the order of the training set: by pool and id. Beyond 20,000, an even selection of them. */
  async of(modelId: string, plan: IterationPlan): Promise<LabelledFeatures> {
    const key = modelKey(modelId, MODEL_FILES.trainingSet);
    const table = await readTable(await rangedObject(this.objects, key), TRAINING_SET);
    const all = table.id
      .map((spectrumId, row) => ({
        poolId: table.pool[row]!,
        spectrumId,
        class: table.class[row]!,
        origin: table.origin[row]!,
      }))
      .filter(({ origin }) => origin !== UNLABELLED);
    const step = Math.max(1, all.length / MOST_SPECTRA);
    const chosen = Array.from({ length: Math.min(all.length, MOST_SPECTRA) }, (_, at) => all[Math.floor(at * step)]!);
    const found = await this.#features(chosen, plan);
    const spectra = chosen.filter((spectrum) => found.has(spectrum));
    const features = new Float32Array(spectra.length * FEATURE_COUNT);
    for (const [at, spectrum] of spectra.entries()) features.set(found.get(spectrum)!, at * FEATURE_COUNT);
    return { spectra, features };
  }

  async #features(spectra: readonly LabelledSpectrum[], plan: IterationPlan) {
    const asked = await this.#asked(plan.batchKeys);
    const features = new Map<LabelledSpectrum, Float32Array>();
    const elsewhere = new Map<string, LabelledSpectrum[]>();
    for (const spectrum of spectra) {
      const known = spectrum.poolId === plan.poolId ? asked.get(spectrum.spectrumId) : undefined;
      if (known) features.set(spectrum, known);
      else {
        const others = elsewhere.get(spectrum.poolId);
        if (others) others.push(spectrum);
        else elsewhere.set(spectrum.poolId, [spectrum]);
      }
    }
    for (const [poolId, wanted] of elsewhere) {
      const manifest = parseManifest(new TextDecoder().decode(await this.objects.get(manifestKey(poolId))));
      const ids = wanted.map(({ spectrumId }) => spectrumId);
      const found = await findFeatures(manifest, ids, (key) => rangedObject(this.objects, key));
      for (const spectrum of wanted) {
        const row = found.get(spectrum.spectrumId);
        if (row) features.set(spectrum, row);
      }
    }
    return features;
  }

  /** Features of every spectrum asked in the batches, by id: small files, where the shards are large. */
  async #asked(keys: readonly string[]): Promise<Map<string, Float32Array>> {
    const features = new Map<string, Float32Array>();
    for (const key of keys) {
      const { rows } = await readBatch(await rangedObject(this.objects, key));
      for (const [row, id] of rows.id.entries()) {
        features.set(id, rows.features.subarray(row * FEATURE_COUNT, (row + 1) * FEATURE_COUNT));
      }
    }
    return features;
  }
}

import { Inject, Injectable } from '@nestjs/common';
import {
  decodeIterationPlan,
  IngestionService,
  LabelOrigin,
  type FindNearestLabelledRequest,
} from '@spectrawl/contracts';
import { asRefusal, ServiceError, type ServiceClient } from '@spectrawl/grpc';
import type { ObjectStore } from '@spectrawl/object-store';
import { planKey } from '@spectrawl/pool';
import { clientOf, OBJECT_STORE } from '@spectrawl/runtime';
import { Prediction } from '../prediction.ts';
import { ScoringRunRepository, type ScoringRunRow } from '../scoring-run.repository.ts';
import { StoredModels } from '../stored-model.ts';
import { LabelledSpectra, type LabelledSpectrum } from './labelled-spectra.ts';
import { nearestRows } from './nearest-rows.ts';

/** The contract's numbers. */
const NEIGHBOURS = { byDefault: 8, most: 100 };
/** Campaigns whose labelled spectra are kept, some 40 MB each at most. */
const CAMPAIGNS_KEPT = 4;

const ORIGINS: Readonly<Record<string, LabelOrigin>> = {
  seed: LabelOrigin.SEED,
  query: LabelOrigin.QUERY,
  audit: LabelOrigin.AUDIT,
  import: LabelOrigin.IMPORT,
};

/** Labelled spectra as a network sees them. */
interface SeenLabelled {
  modelId: string;
  spectra: LabelledSpectrum[];
  /** n × units of the last hidden layer. */
  seen: Float32Array;
}

/**
 * Finds labelled spectra that the network sees as similar. It compares what the last hidden layer gives, not features: there a shifted,
 * broader or noisier line of the same shape is near, and the class probabilities are computed from nothing else.
 */
@Injectable()
export class FindNearestLabelled {
  readonly #kept = new Map<string, Promise<SeenLabelled>>();

  constructor(
    @Inject(ScoringRunRepository) private readonly runs: ScoringRunRepository,
    @Inject(StoredModels) private readonly models: StoredModels,
    @Inject(LabelledSpectra) private readonly labelled: LabelledSpectra,
    @Inject(Prediction) private readonly prediction: Prediction,
    @Inject(clientOf(IngestionService)) private readonly ingestion: ServiceClient<typeof IngestionService>,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
  ) {}

  /** @throws {ServiceError} SCORING_RUN_NOT_FOUND, BAD_REQUEST, and what GetSpectrum fails with */
  async find({ campaignId, poolId, spectrumId, k }: FindNearestLabelledRequest, signal: AbortSignal) {
    if (k < 0 || k > NEIGHBOURS.most) {
      throw new ServiceError('BAD_REQUEST', `k is ${k}: ask for 1 to ${NEIGHBOURS.most}, or 0`);
    }
    const run = await this.runs.latestScored(campaignId);
    const [{ modelId, spectra, seen }, { network }, { spectrum }] = await Promise.all([
      this.#seen(run),
      this.models.get(run.model_id),
      this.ingestion.getSpectrum({ poolId, spectrumId }, { signal }).catch((error: unknown) => {
        throw asRefusal(error);
      }),
    ]);
    const own = await this.prediction.represent(network, Float32Array.from(spectrum?.features ?? []), signal);
    const wanted = k || NEIGHBOURS.byDefault;
    // One more, for the spectrum itself may be labelled.
    const { rows, distances } = nearestRows(own, seen, own.length, wanted + 1);
    const neighbours = Array.from(rows, (row, at) => ({ ...spectra[row]!, distance: distances[at]! }))
      .filter((each) => each.poolId !== poolId || each.spectrumId !== spectrumId)
      .slice(0, wanted)
      .map(({ origin, ...each }) => ({ ...each, origin: ORIGINS[origin] ?? LabelOrigin.UNSPECIFIED }));
    return { neighbours, modelId };
  }

  /** Computed once a model; the few campaigns that were asked about last are kept. */
  async #seen(run: ScoringRunRow): Promise<SeenLabelled> {
    const { campaign_id: campaignId, model_id: modelId } = run;
    const known = this.#kept.get(campaignId);
    this.#kept.delete(campaignId);
    const isCurrent = known !== undefined && (await known).modelId === modelId;
    const seen = isCurrent ? known : this.#look(run);
    this.#kept.set(campaignId, seen);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > CAMPAIGNS_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    try {
      return await seen;
    } catch (error) {
      if (this.#kept.get(campaignId) === seen) this.#kept.delete(campaignId);
      throw error;
    }
  }

  async #look({ campaign_id: campaignId, iteration, model_id: modelId }: ScoringRunRow): Promise<SeenLabelled> {
    const plan = decodeIterationPlan(await this.objects.get(planKey(campaignId, iteration)));
    const { spectra, features } = await this.labelled.of(modelId, plan);
    const { network } = await this.models.get(modelId);
    return { modelId, spectra, seen: await this.prediction.represent(network, features) };
  }
}

import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Inject, Injectable } from '@nestjs/common';
import type { CampaignMethod, TrainingMethod } from '@spectrawl/active-learning';
import {
  decodeIterationPlan,
  IterationKind,
  ModelSchema,
  modelTrained,
  ModelTrainedSchema,
  trainingFailed,
  TrainingFailedSchema,
  type IterationPlan,
  type IterationStarted,
  type Model,
} from '@spectrawl/contracts';
import type { Ledger, ReceivedEvent } from '@spectrawl/event-bus';
import {
  confusionMatrix,
  NetworkError,
  parameterCount,
  skoda2020Network,
  train,
  weightsChecksum,
  type Architecture,
  type TrainedNetwork,
  type TrainingProgress,
} from '@spectrawl/network';
import type { ObjectStore } from '@spectrawl/object-store';
import { FEATURE_COUNT, PoolError } from '@spectrawl/pool';
import { CLOCK, CONFIG, isLost, LASTING_AFTER, LEDGER, LOGGER, OBJECT_STORE, type Clock } from '@spectrawl/runtime';
import { withSpan, type Logger } from '@spectrawl/telemetry';
import { Computation } from './computation.ts';
import type { TrainingConfig } from './config.ts';
import { LabelledExamples } from './labelled-examples.ts';
import { PoolNegatives } from './pool-negatives.ts';
import { StoredModels } from './stored-models.ts';
import type { Tables } from './tables.ts';
import { countTraining } from './training-metrics.ts';
import { TrainingProblem } from './training-problem.ts';
import { beginRun, endRun, lockRun, TrainingRunRepository } from './training-run.repository.ts';
import { classCounts, compareExamples, trainingArrays, type Example } from './training-set.ts';

/** Failures of the network that the same training would meet again. */
const LASTING: readonly NetworkError['reason'][] = ['INVALID_REQUEST', 'INVALID_WEIGHTS', 'TRAINING_DIVERGED'];

/** Progress is stored at most this often, in milliseconds. */
const PROGRESS_INTERVAL = 1_000;

/** A training made ready: what is trained, on what, and from where. */
interface PreparedTraining {
  plan: IterationPlan;
  method: CampaignMethod;
  stage: TrainingMethod;
  architecture: Architecture;
  examples: Example[];
  /** Labels whose spectra no pool holds. */
  unmatched: number;
  parentModelId: string;
}

/** Step 2 of an iteration: trains a network on the labels up to the plan's position and registers it as a model. */
@Injectable()
export class TrainModel {
  constructor(
    @Inject(LabelledExamples) private readonly labelled: LabelledExamples,
    @Inject(PoolNegatives) private readonly negatives: PoolNegatives,
    @Inject(Computation) private readonly computation: Computation,
    @Inject(StoredModels) private readonly models: StoredModels,
    @Inject(TrainingRunRepository) private readonly runs: TrainingRunRepository,
    @Inject(CONFIG) private readonly config: TrainingConfig,
    @Inject(LEDGER) private readonly ledger: Ledger<Tables>,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async train(
    { campaignId, iteration, planKey }: IterationStarted,
    { eventId, signal, attempt }: ReceivedEvent,
  ): Promise<void> {
    const runId = `${campaignId}-${iteration}`;
    const isBegun = await this.ledger.transaction(async (tx) => {
      // A failed run is tried again by a new event, not by one that comes again.
      if ((await lockRun(tx.db, runId)) === 'succeeded' || (await tx.wasTakenIn(eventId))) return false;
      const run = { training_run_id: runId, campaign_id: campaignId, iteration, create_time: this.clock() };
      await beginRun(tx.db, run);
      return true;
    });
    if (!isBegun) return;
    try {
      const plan = decodeIterationPlan(await this.objects.get(planKey));
      const model = await this.#train(runId, await this.#prepare(plan, signal), signal);
      const isFirst = await this.ledger.transaction(async (tx) => {
        if (!(await tx.firstTime(eventId))) return false;
        await endRun(tx.db, runId, this.clock(), { model });
        const { modelId } = model;
        tx.publish(modelTrained, create(ModelTrainedSchema, { campaignId, iteration, modelId, planKey }));
        return true;
      });
      if (!isFirst) return;
      countTraining('succeeded', model.metrics);
      const { epochs, seconds } = model.metrics ?? {};
      this.log.info({ campaign: campaignId, iteration, model: model.modelId, epochs, seconds }, 'model trained');
    } catch (error) {
      const isGone = isLost(error) || error instanceof PoolError;
      if (!isLasting(error) && !(isGone && attempt >= LASTING_AFTER)) throw error;
      const isFirst = await this.ledger.transaction(async (tx) => {
        if (!(await tx.firstTime(eventId))) return false;
        await endRun(tx.db, runId, this.clock(), { error: error.message });
        tx.publish(trainingFailed, create(TrainingFailedSchema, { campaignId, iteration, message: error.message }));
        return true;
      });
      if (!isFirst) return;
      countTraining('failed');
      this.log.warn({ campaign: campaignId, iteration, reason: error.message }, 'training failed');
    }
  }

  async #prepare(plan: IterationPlan, signal: AbortSignal): Promise<PreparedTraining> {
    const method = plan.method as unknown as CampaignMethod;
    const final = plan.kind === IterationKind.FINAL ? method.finalTraining : null;
    const { examples: labelled, unmatched } = await this.labelled.collect(plan, method);
    const counts = classCounts(labelled, method.classes.length);
    const missing = method.classes.filter((_, index) => counts[index] === 0);
    if (missing.length > 0) {
      const pools = [...new Set([...plan.seedPoolIds, plan.poolId])].join(', ');
      throw new TrainingProblem(
        `no spectrum of the pools ${pools} is labelled ${missing.join(' or ')}: import labels of every class, then resume`,
      );
    }
    const examples = [...labelled, ...(await this.negatives.draw(plan, method, signal))].sort(compareExamples);
    return {
      plan,
      method,
      stage: final ?? method.training,
      architecture: skoda2020Network(method.classes.length, method.architecture.width),
      examples,
      unmatched,
      parentModelId: (method.training.warmStart && plan.earlierModelIds[0]) || '',
    };
  }

  async #train(runId: string, prepared: PreparedTraining, signal: AbortSignal): Promise<Model> {
    const { plan, method, stage, architecture, examples, parentModelId } = prepared;
    const start = this.clock().getTime();
    const { features, classes, weights: exampleWeights } = trainingArrays(examples, FEATURE_COUNT);
    const parent = parentModelId === '' ? undefined : await this.models.network(parentModelId);
    const trained = await withSpan(
      'train network',
      { 'spectrawl.training.examples': examples.length },
      async (span) => {
        const network = await train(
          {
            architecture,
            features,
            classes,
            classCount: method.classes.length,
            exampleWeights,
            balance: stage.balance,
            batchSize: stage.batchSize,
            maxEpochs: stage.maxEpochs,
            earlyStopping: stage.earlyStopping,
            learningRate: stage.learningRate,
            seed: Number(BigInt.asUintN(32, plan.seed)),
            precision: method.training.precision,
            threads: this.config.threads,
            ...(parent && { initialWeights: parent.weights }),
          },
          { signal, onProgress: this.#storeProgress(runId) },
        );
        span.setAttributes({ 'spectrawl.training.epochs': network.epochs });
        return network;
      },
    );
    const model = await this.#describe(prepared, trained, (this.clock().getTime() - start) / 1000, signal);
    await this.models.write(model, architecture, trained.weights, examples);
    return model;
  }

  /** Keeps the last epoch's progress; a failure to store it is logged, since it must not end the training. */
  #storeProgress(runId: string): (progress: TrainingProgress) => void {
    let stored = 0;
    return (progress) => {
      const now = this.clock().getTime();
      if (now - stored < PROGRESS_INTERVAL) return;
      stored = now;
      this.runs.progress(runId, progress).catch((error: unknown) => {
        this.log.warn({ error, trainingRun: runId }, 'could not store the progress of a training');
      });
    };
  }

  async #describe(
    prepared: PreparedTraining,
    trained: TrainedNetwork,
    seconds: number,
    signal: AbortSignal,
  ): Promise<Model> {
    const { plan, method, architecture, examples, parentModelId } = prepared;
    const { campaignId, iteration } = plan;
    const modelId = `${campaignId}-${iteration}`;
    const sha256 = weightsChecksum(trained.weights);
    const classCount = method.classes.length;
    const labelled = examples.filter(({ origin }) => origin !== 'pool-negative');
    const arrays = trainingArrays(labelled, FEATURE_COUNT);
    const network = { architecture, weights: trained.weights, key: sha256 };
    const predicted = await this.computation.classify(network, arrays.features, classCount, signal);
    const best = trained.history[trained.bestEpoch - 1];
    return create(ModelSchema, {
      modelId,
      campaignId,
      iteration,
      architecture: method.architecture.name,
      parameterCount: BigInt(parameterCount(architecture)),
      classes: method.classes,
      precision: method.training.precision,
      seed: BigInt.asUintN(32, plan.seed),
      trainingSet: {
        labelPosition: plan.labelPosition,
        classCounts: classCounts(labelled, classCount),
        poolNegatives: examples.length - labelled.length,
        examples: examples.length,
        snapshotKey: this.models.trainingSetKey(modelId),
        unmatchedLabels: prepared.unmatched,
      },
      metrics: {
        epochs: trained.epochs,
        bestEpoch: trained.bestEpoch,
        loss: best?.loss ?? Number.NaN,
        accuracy: best?.accuracy ?? Number.NaN,
        seconds,
        lossHistory: trained.history.map(({ loss }) => loss),
        confusionMatrix: confusionMatrix(arrays.classes, predicted, classCount).flat(),
      },
      weightsKey: this.models.weightsKey(modelId),
      weightsSha256: sha256,
      parentModelId,
      createTime: timestampFromDate(this.clock()),
    });
  }
}

function isLasting(error: unknown): error is Error {
  return error instanceof TrainingProblem || (error instanceof NetworkError && LASTING.includes(error.reason));
}

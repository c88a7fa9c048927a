import { create } from '@bufbuild/protobuf';
import {
  AskedSpectrum_Outcome,
  BatchProgressSchema,
  Campaign_State,
  CampaignSchema,
  Decision_Abstention,
  GetAgreementResponseSchema,
  IngestionService,
  Iteration_Step,
  IterationSchema,
  LabelSchema,
  LabellingService,
  LabellingTask_State,
  LabellingTaskSchema,
  Purpose,
  SelectionService,
  SpectrumSchema,
  type BatchProgress,
  type Campaign,
  type GetAgreementResponse,
  type Iteration,
  type Label,
  type LabellingTask,
  type SubmitLabelResponse,
} from '@spectrawl/contracts';
import { createServer, ServiceError, type GrpcServer, type ServiceHandlers } from '@spectrawl/grpc';
import { simulateSpectrum, simulatedSpectrumId } from '@spectrawl/spectra';

export const CLASSES = ['absorption', 'single-peak', 'double-peak'];
const SEED = 1;
const AUDIT_EVERY = 3;

/** Answers as the services of a campaign do, from memory: for the tests of who asks them. */
export class CampaignStandIn {
  readonly campaignId = 'hunt';
  /** Every answer and retraction, in order. */
  readonly log: Label[] = [];
  /** What GetAgreement answers. */
  agreement: GetAgreementResponse = create(GetAgreementResponseSchema);
  /** Leases that found nothing because the batch was not open yet. */
  earlyLeases = 0;
  /** Names of the annotators whose tasks were given back, once a task. */
  readonly released: string[] = [];
  readonly #batches: number[];
  readonly #answers = new Map<string, SubmitLabelResponse>();
  #iteration = 0;
  #tasks: LabellingTask[] = [];
  #watchers: (() => void)[] = [];
  #server: GrpcServer | undefined;
  #port = 0;
  state = Campaign_State.RUNNING;

  /** @param batches number of questions of each iteration; every third one is an audit */
  constructor(batches: readonly number[]) {
    this.#batches = [...batches];
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get tasks(): readonly LabellingTask[] {
    return this.#tasks;
  }

  /** Listens, after a stop at the same port. */
  async start(): Promise<void> {
    const server = createServer();
    server.add(LabellingService, this.#labelling());
    server.add(SelectionService, this.#selection());
    server.add(IngestionService, this.#ingestion());
    this.#port = await server.listen('127.0.0.1', this.#port);
    this.#server = server;
  }

  async stop(): Promise<void> {
    await this.#server?.close(0);
    this.#server = undefined;
  }

  /** Makes somebody else hold a task. */
  lend(taskId: string, annotator: string): void {
    Object.assign(this.#task(taskId), { state: LabellingTask_State.LEASED, annotator });
  }

  #campaign(): Campaign {
    return create(CampaignSchema, {
      campaignId: this.campaignId,
      state: this.state,
      classes: CLASSES,
      problem: 'no labels',
    });
  }

  #iterations(): Iteration[] {
    return Array.from({ length: Math.min(this.#iteration + 1, this.#batches.length) }, (_, number) =>
      create(IterationSchema, {
        campaignId: this.campaignId,
        number,
        step: number < this.#iteration ? Iteration_Step.DONE : Iteration_Step.LABELLING,
      }),
    );
  }

  /** The batch opens a moment after the campaign says that it waits for labels, as with real services. */
  #openBatch(): void {
    if (this.#tasks.some(({ iteration }) => iteration === this.#iteration)) return;
    const size = this.#batches[this.#iteration] ?? 0;
    for (let rank = 1; rank <= size; rank++) {
      const index = this.#tasks.length;
      const isAudit = rank % AUDIT_EVERY === 0;
      this.#tasks.push(
        create(LabellingTaskSchema, {
          taskId: `task-${index}`,
          campaignId: this.campaignId,
          iteration: this.#iteration,
          poolId: 'sky',
          spectrumId: simulatedSpectrumId({ survey: 'lamost', seed: SEED, index }),
          purpose: isAudit ? Purpose.AUDIT : Purpose.QUERY,
          reason: isAudit ? '' : `margin rank ${rank}`,
          rank,
          probabilities: isAudit ? [] : [0.25, 0.5, 0.25],
          classes: CLASSES,
          state: LabellingTask_State.OPEN,
        }),
      );
    }
  }

  #progress(): BatchProgress {
    const batch = this.#tasks.filter(({ iteration }) => iteration === this.#iteration);
    const abstained = (kind: Decision_Abstention): number =>
      batch.filter(({ decision }) => decision?.answer.case === 'abstention' && decision.answer.value === kind).length;
    return create(BatchProgressSchema, {
      campaignId: this.campaignId,
      iteration: this.#iteration,
      tasks: batch.length,
      answered: batch.filter(({ state }) => state === LabellingTask_State.ANSWERED).length,
      unsure: abstained(Decision_Abstention.UNSURE),
      skipped: abstained(Decision_Abstention.SKIP),
    });
  }

  #task(taskId: string): LabellingTask {
    const task = this.#tasks.find((one) => one.taskId === taskId);
    if (!task) throw new ServiceError('TASK_NOT_FOUND', `no task ${taskId}`);
    return task;
  }

  /** Goes on to the next iteration when the batch is answered. */
  #advance(progress: BatchProgress): void {
    if (progress.answered < progress.tasks) return;
    this.#iteration += 1;
    if (this.#iteration === this.#batches.length) this.state = Campaign_State.COMPLETED;
    for (const wake of this.#watchers.splice(0)) wake();
  }

  #labelling(): ServiceHandlers<typeof LabellingService> {
    return {
      leaseTasks: async ({ annotator, maxTasks }) => {
        const free = this.#tasks.filter(
          ({ iteration, state, annotator: holder }) =>
            iteration === this.#iteration &&
            (state === LabellingTask_State.OPEN ||
              (state === LabellingTask_State.LEASED && holder === annotator?.name)),
        );
        if (free.length === 0 && !this.#tasks.some(({ iteration }) => iteration === this.#iteration)) {
          this.earlyLeases += 1;
          this.#openBatch();
          return {};
        }
        const tasks = free.slice(0, maxTasks || 1);
        for (const task of tasks) this.lend(task.taskId, annotator?.name ?? '');
        return { tasks };
      },
      releaseTasks: async ({ taskIds, annotator }) => {
        for (const taskId of taskIds) {
          Object.assign(this.#task(taskId), { state: LabellingTask_State.OPEN, annotator: '' });
          this.released.push(annotator);
        }
        return { released: taskIds.length };
      },
      submitLabel: async ({ requestId, taskId, annotator, decision, comment }) => {
        const before = this.#answers.get(requestId);
        if (before) return before;
        const task = this.#task(taskId);
        if (task.state === LabellingTask_State.LEASED && task.annotator !== annotator?.name) {
          throw new ServiceError('TASK_LEASED', `"${task.annotator}" holds task ${taskId}`);
        }
        Object.assign(task, { state: LabellingTask_State.ANSWERED, annotator: annotator?.name ?? '', decision });
        const label = create(LabelSchema, {
          position: BigInt(this.log.length + 1),
          taskId,
          spectrumId: task.spectrumId,
          iteration: task.iteration,
          comment,
          ...(decision && { decision }),
          ...(annotator && { annotator }),
        });
        this.log.push(label);
        const progress = this.#progress();
        if (task.iteration === this.#iteration) this.#advance(progress);
        const response = { $typeName: 'spectrawl.labelling.v1.SubmitLabelResponse' as const, label, progress };
        this.#answers.set(requestId, response);
        return response;
      },
      undoLabel: async ({ taskId, annotator }) => {
        const task = this.#task(taskId);
        if (task.iteration !== this.#iteration) throw new ServiceError('BATCH_CLOSED', 'the batch is complete');
        if (task.state !== LabellingTask_State.ANSWERED) throw new ServiceError('NOTHING_TO_UNDO', 'it has no answer');
        delete task.decision;
        this.log.push(create(LabelSchema, { taskId, retraction: true }));
        this.lend(taskId, annotator);
        return { task };
      },
      listTasks: async () => ({ tasks: this.#tasks }),
      getBatchProgress: async () => {
        if (this.#tasks.length === 0) throw new ServiceError('BATCH_NOT_FOUND', 'no batch yet');
        return { progress: this.#progress() };
      },
      async *watchBatch() {},
      getAgreement: async () => this.agreement,
      listDisagreements: async () => ({}),
      adjudicate: async () => ({}),
      askAboutSpectra: async ({ spectrumIds }) => {
        const outcomeOf = (spectrumId: string) =>
          this.#tasks.some((task) => task.spectrumId === spectrumId)
            ? AskedSpectrum_Outcome.ALREADY_ASKED
            : AskedSpectrum_Outcome.ASKED;
        return { spectra: spectrumIds.map((spectrumId) => ({ spectrumId, outcome: outcomeOf(spectrumId) })) };
      },
      importLabels: async () => ({}),
      async *listLabels() {},
    };
  }

  #selection(): ServiceHandlers<typeof SelectionService> {
    const answer = async () => ({ campaign: this.#campaign() });
    const known = async ({ campaignId }: { campaignId: string }) => {
      if (campaignId !== this.campaignId) throw new ServiceError('CAMPAIGN_NOT_FOUND', `no campaign "${campaignId}"`);
      return await answer();
    };
    const watch = this.#watch.bind(this);
    return {
      createCampaign: answer,
      getCampaign: known,
      listCampaigns: async () => ({ campaigns: [this.#campaign()] }),
      startCampaign: known,
      pauseCampaign: known,
      resumeCampaign: known,
      stopCampaign: async () => {
        throw new ServiceError('CAMPAIGN_OVER', 'the campaign is over');
      },
      watchCampaign: (_, { signal }) => watch(signal),
      listIterations: async () => ({ iterations: this.#iterations() }),
      listCandidates: async () => {
        throw new ServiceError('NO_CATALOGUE', 'the catalogue is not published yet');
      },
      async *exportCatalogue() {
        yield { data: new Uint8Array([1, 2]) };
        yield { data: new Uint8Array([3]) };
      },
      reviewCandidate: async () => ({}),
      listCandidateReviews: async () => ({}),
    };
  }

  async *#watch(signal: AbortSignal) {
    for (;;) {
      yield { campaign: this.#campaign(), iterations: this.#iterations() };
      if (this.state === Campaign_State.COMPLETED) return;
      await new Promise<void>((resolve) => {
        this.#watchers.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      if (signal.aborted) return;
    }
  }

  #ingestion(): ServiceHandlers<typeof IngestionService> {
    return {
      createPool: async () => ({}),
      getPool: async () => ({}),
      listPools: async () => ({}),
      async *ingestFiles() {},
      sealPool: async () => ({}),
      listShards: async () => ({}),
      listQuarantinedInputs: async () => ({}),
      getSpectrum: async ({ poolId, spectrumId }) => {
        const index = Number(spectrumId.slice(spectrumId.lastIndexOf('-') + 1));
        const { spectrum } = simulateSpectrum({ survey: 'lamost', seed: SEED, index });
        const { ra, dec, snr, designation } = spectrum.metadata;
        return {
          spectrum: create(SpectrumSchema, {
            poolId,
            spectrumId,
            survey: spectrum.survey,
            medium: spectrum.medium,
            wavelength: [...spectrum.wavelength],
            flux: [...spectrum.flux],
            metadata: { ra: ra!, dec: dec!, snr: snr!, designation: designation! },
          }),
        };
      },
      findEpochs: async () => ({}),
      async *exportPool({ poolId }) {
        if (poolId === 'hostile') yield { path: '../escaped', data: new Uint8Array([0]), last: true };
        yield { path: 'shards/part-00000.parquet', data: new Uint8Array([1, 2]), last: false };
        if (poolId === 'torn') return;
        yield { path: 'shards/part-00000.parquet', data: new Uint8Array([3]), last: true };
        yield { path: 'manifest.json', data: new Uint8Array([4]), last: true };
      },
    };
  }
}

import { Inject, Injectable } from '@nestjs/common';
import type {
  AdjudicateRequest,
  AskAboutSpectraRequest,
  GetAgreementRequest,
  GetBatchProgressRequest,
  ImportLabelsRequest,
  LabellingService,
  LeaseTasksRequest,
  ListDisagreementsRequest,
  ListLabelsRequest,
  ListTasksRequest,
  ReleaseTasksRequest,
  SubmitLabelRequest,
  UndoLabelRequest,
  WatchBatchRequest,
} from '@spectrawl/contracts';
import type { CallContext, ServiceHandlers } from '@spectrawl/grpc';
import { CLOCK, type Clock } from '@spectrawl/runtime';
import { Adjudicate } from './adjudicate.ts';
import { AskAboutSpectra } from './ask-about-spectra.ts';
import { GetAgreement } from './get-agreement.ts';
import { GetBatchProgress } from './get-batch-progress.ts';
import { ImportLabels } from './import-labels.ts';
import { LeaseTasks } from './lease-tasks.ts';
import { ListDisagreements } from './list-disagreements.ts';
import { ListLabels } from './list-labels.ts';
import { ListTasks } from './list-tasks.ts';
import { labelMessage, progressMessage, taskMessage } from './messages.ts';
import { requireOwnName } from './own-name.ts';
import { ReleaseTasks } from './release-tasks.ts';
import { SubmitLabel } from './submit-label.ts';
import { UndoLabel } from './undo-label.ts';
import { WatchBatch } from './watch-batch.ts';

/** spectrawl.labelling.v1.LabellingService. */
@Injectable()
export class LabellingController implements ServiceHandlers<typeof LabellingService> {
  constructor(
    @Inject(LeaseTasks) private readonly leasing: LeaseTasks,
    @Inject(ReleaseTasks) private readonly releasing: ReleaseTasks,
    @Inject(SubmitLabel) private readonly submitting: SubmitLabel,
    @Inject(UndoLabel) private readonly undoing: UndoLabel,
    @Inject(ListTasks) private readonly taskListing: ListTasks,
    @Inject(GetBatchProgress) private readonly progress: GetBatchProgress,
    @Inject(ImportLabels) private readonly importing: ImportLabels,
    @Inject(ListLabels) private readonly labelListing: ListLabels,
    @Inject(WatchBatch) private readonly watching: WatchBatch,
    @Inject(GetAgreement) private readonly agreement: GetAgreement,
    @Inject(ListDisagreements) private readonly disagreementListing: ListDisagreements,
    @Inject(Adjudicate) private readonly adjudicating: Adjudicate,
    @Inject(AskAboutSpectra) private readonly asking: AskAboutSpectra,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async leaseTasks(request: LeaseTasksRequest, { caller }: CallContext) {
    requireOwnName(caller, request.annotator?.name);
    return { tasks: await this.leasing.lease(request) };
  }

  async releaseTasks(request: ReleaseTasksRequest, { caller }: CallContext) {
    requireOwnName(caller, request.annotator);
    return { released: await this.releasing.release(request) };
  }

  async submitLabel(request: SubmitLabelRequest, { caller }: CallContext) {
    requireOwnName(caller, request.annotator?.name);
    return await this.submitting.submit(request);
  }

  async undoLabel(request: UndoLabelRequest, { caller }: CallContext) {
    requireOwnName(caller, request.annotator);
    return await this.undoing.undo(request);
  }

  async listTasks(request: ListTasksRequest) {
    const { rows, nextPageToken } = await this.taskListing.list(request);
    const now = this.clock();
    return { tasks: rows.map((task) => taskMessage(task, now)), nextPageToken };
  }

  async getBatchProgress(request: GetBatchProgressRequest) {
    return { progress: progressMessage(await this.progress.get(request)) };
  }

  watchBatch(request: WatchBatchRequest, context: CallContext) {
    return this.watching.watch(request, context);
  }

  getAgreement(request: GetAgreementRequest) {
    return this.agreement.get(request);
  }

  listDisagreements(request: ListDisagreementsRequest) {
    return this.disagreementListing.list(request);
  }

  async adjudicate(request: AdjudicateRequest, { caller }: CallContext) {
    requireOwnName(caller, request.annotator?.name);
    return await this.adjudicating.adjudicate(request);
  }

  async askAboutSpectra(request: AskAboutSpectraRequest, { caller }: CallContext) {
    requireOwnName(caller, request.annotator?.name);
    return await this.asking.ask(request);
  }

  importLabels(requests: AsyncIterable<ImportLabelsRequest>) {
    return this.importing.import(requests);
  }

  async *listLabels(request: ListLabelsRequest) {
    for await (const labels of this.labelListing.list(request)) yield { labels: labels.map(labelMessage) };
  }
}

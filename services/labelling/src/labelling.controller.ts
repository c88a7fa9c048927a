import { Inject, Injectable } from '@nestjs/common';
import type {
  GetBatchProgressRequest,
  ImportLabelsRequest,
  LabellingService,
  LeaseTasksRequest,
  ListLabelsRequest,
  ListTasksRequest,
  ReleaseTasksRequest,
  SubmitLabelRequest,
  UndoLabelRequest,
} from '@spectrawl/contracts';
import type { CallContext, ServiceHandlers } from '@spectrawl/grpc';
import { CLOCK, type Clock } from '@spectrawl/runtime';
import { GetBatchProgress } from './get-batch-progress.ts';
import { ImportLabels } from './import-labels.ts';
import { LeaseTasks } from './lease-tasks.ts';
import { ListLabels } from './list-labels.ts';
import { ListTasks } from './list-tasks.ts';
import { labelMessage, progressMessage, taskMessage } from './messages.ts';
import { requireOwnName } from './own-name.ts';
import { ReleaseTasks } from './release-tasks.ts';
import { SubmitLabel } from './submit-label.ts';
import { UndoLabel } from './undo-label.ts';

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
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async leaseTasks(request: LeaseTasksRequest, { caller }: CallContext) {
    requireOwnName(caller, request.annotator?.name);
    const { tasks, now } = await this.leasing.lease(request);
    return { tasks: tasks.map((task) => taskMessage(task, now)) };
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

  importLabels(requests: AsyncIterable<ImportLabelsRequest>) {
    return this.importing.import(requests);
  }

  async *listLabels(request: ListLabelsRequest) {
    for await (const labels of this.labelListing.list(request)) yield { labels: labels.map(labelMessage) };
  }
}

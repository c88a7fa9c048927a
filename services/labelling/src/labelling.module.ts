import type { ModuleMetadata } from '@nestjs/common';
import { Adjudicate } from './adjudicate.ts';
import { AskAboutSpectra } from './ask-about-spectra.ts';
import { BatchSelectedConsumer } from './batch-selected.consumer.ts';
import { ForgetRequests } from './forget-requests.ts';
import { GetAgreement } from './get-agreement.ts';
import { GetBatchProgress } from './get-batch-progress.ts';
import { ImportLabels } from './import-labels.ts';
import { LabellingController } from './labelling.controller.ts';
import { LabellingMetrics } from './labelling-metrics.ts';
import { LeaseTasks } from './lease-tasks.ts';
import { ListDisagreements } from './list-disagreements.ts';
import { ListLabels } from './list-labels.ts';
import { ListTasks } from './list-tasks.ts';
import { OpenBatch } from './open-batch.ts';
import { ReleaseTasks } from './release-tasks.ts';
import { SubmitLabel } from './submit-label.ts';
import { UndoLabel } from './undo-label.ts';
import { WatchBatch } from './watch-batch.ts';

export const labellingModule: ModuleMetadata = {
  providers: [
    LabellingController,
    BatchSelectedConsumer,
    OpenBatch,
    LeaseTasks,
    ReleaseTasks,
    SubmitLabel,
    UndoLabel,
    ListTasks,
    ForgetRequests,
    GetBatchProgress,
    ImportLabels,
    ListLabels,
    WatchBatch,
    GetAgreement,
    ListDisagreements,
    Adjudicate,
    AskAboutSpectra,
    LabellingMetrics,
  ],
};

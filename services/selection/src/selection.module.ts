import type { ModuleMetadata } from '@nestjs/common';
import { BatchLabelledConsumer } from './batch-labelled.consumer.ts';
import { BeginIteration } from './begin-iteration.ts';
import { CampaignMetrics } from './campaign-metrics.ts';
import { CampaignRepository } from './campaign.repository.ts';
import { CandidateReviewRepository } from './candidate-review.repository.ts';
import { CloseIteration } from './close-iteration.ts';
import { CreateCampaign } from './create-campaign.ts';
import { EffectiveLabels } from './effective-labels.ts';
import { ExportCatalogue } from './export-catalogue.ts';
import { ModelTrainedConsumer } from './model-trained.consumer.ts';
import { PauseCampaign } from './pause-campaign.ts';
import { PoolScoredConsumer } from './pool-scored.consumer.ts';
import { PublishCatalogue } from './publish-catalogue.ts';
import { RecordModel } from './record-model.ts';
import { ResumeCampaign } from './resume-campaign.ts';
import { ReviewCandidate } from './review-candidate.ts';
import { ScoringDelayedConsumer } from './scoring-delayed.consumer.ts';
import { ScoringFailedConsumer } from './scoring-failed.consumer.ts';
import { SelectBatch } from './select-batch.ts';
import { SelectionController } from './selection.controller.ts';
import { StartCampaign } from './start-campaign.ts';
import { StepProblems } from './step-problems.ts';
import { StopCampaign } from './stop-campaign.ts';
import { TrainingFailedConsumer } from './training-failed.consumer.ts';
import { WatchCampaign } from './watch-campaign.ts';

export const selectionModule: ModuleMetadata = {
  providers: [
    BatchLabelledConsumer,
    BeginIteration,
    CampaignMetrics,
    CampaignRepository,
    CandidateReviewRepository,
    CloseIteration,
    CreateCampaign,
    EffectiveLabels,
    ExportCatalogue,
    ModelTrainedConsumer,
    PauseCampaign,
    PoolScoredConsumer,
    PublishCatalogue,
    RecordModel,
    ResumeCampaign,
    ReviewCandidate,
    ScoringDelayedConsumer,
    ScoringFailedConsumer,
    SelectBatch,
    SelectionController,
    StartCampaign,
    StepProblems,
    StopCampaign,
    TrainingFailedConsumer,
    WatchCampaign,
  ],
};

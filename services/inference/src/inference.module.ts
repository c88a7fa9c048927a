import type { ModuleMetadata } from '@nestjs/common';
import { InferenceController } from './inference.controller.ts';
import { IterationRetriedConsumer } from './iteration-retried.consumer.ts';
import { ListScores } from './list-scores.ts';
import { ModelTrainedConsumer } from './model-trained.consumer.ts';
import { PlanScoring } from './plan-scoring.ts';
import { Prediction } from './prediction.ts';
import { RecordProblem } from './record-problem.ts';
import { RecordShard } from './record-shard.ts';
import { RetryScoring } from './retry-scoring.ts';
import { ScoreSpectra } from './score-spectra.ts';
import { ScoringRunRepository } from './scoring-run.repository.ts';
import { ShardScoredConsumer } from './shard-scored.consumer.ts';
import { ShardScoringDelayedConsumer } from './shard-scoring-delayed.consumer.ts';
import { ShardScoringFailedConsumer } from './shard-scoring-failed.consumer.ts';
import { StoredModels } from './stored-model.ts';
import { ScoreShard } from './worker/score-shard.ts';
import { ShardScoringRequestedConsumer } from './worker/shard-scoring-requested.consumer.ts';

/** Plans scoring runs, counts their shards, and scores single spectra. */
export const inferenceModule: ModuleMetadata = {
  providers: [
    InferenceController,
    IterationRetriedConsumer,
    ListScores,
    ModelTrainedConsumer,
    PlanScoring,
    Prediction,
    RecordProblem,
    RecordShard,
    RetryScoring,
    ScoreSpectra,
    ScoringRunRepository,
    ShardScoredConsumer,
    ShardScoringDelayedConsumer,
    ShardScoringFailedConsumer,
    StoredModels,
  ],
};

/** Scores shards. */
export const inferenceWorkerModule: ModuleMetadata = {
  providers: [Prediction, ScoreShard, ShardScoringRequestedConsumer, StoredModels],
};

import type { ModuleMetadata } from '@nestjs/common';
import { InferenceController } from './inference.controller.ts';
import { ListScores } from './list-scores.ts';
import { ModelTrainedConsumer } from './model-trained.consumer.ts';
import { PlanScoring } from './plan-scoring.ts';
import { Prediction } from './prediction.ts';
import { RecordShard } from './record-shard.ts';
import { ScoreSpectra } from './score-spectra.ts';
import { ScoringRunRepository } from './scoring-run.repository.ts';
import { ShardScoredConsumer } from './shard-scored.consumer.ts';
import { StoredModels } from './stored-model.ts';
import { ScoreShard } from './worker/score-shard.ts';
import { ShardScoringRequestedConsumer } from './worker/shard-scoring-requested.consumer.ts';

/** Plans scoring runs, counts their shards, and scores single spectra. */
export const inferenceModule: ModuleMetadata = {
  providers: [
    InferenceController,
    ListScores,
    ModelTrainedConsumer,
    PlanScoring,
    Prediction,
    RecordShard,
    ScoreSpectra,
    ScoringRunRepository,
    ShardScoredConsumer,
    StoredModels,
  ],
};

/** Scores shards. */
export const inferenceWorkerModule: ModuleMetadata = {
  providers: [Prediction, ScoreShard, ShardScoringRequestedConsumer, StoredModels],
};

import type { ModuleMetadata } from '@nestjs/common';
import { CrossMatchCatalogue } from './cross-match/cross-match-catalogue.ts';
import { CrossMatchRepository } from './cross-match/cross-match.repository.ts';
import { ListCatalogueMatches } from './cross-match/list-catalogue-matches.ts';
import { InferenceController } from './inference.controller.ts';
import { IterationRetriedConsumer } from './iteration-retried.consumer.ts';
import { ComputePoolMap } from './map/compute-pool-map.ts';
import { FindNearestLabelled } from './map/find-nearest-labelled.ts';
import { LabelledSpectra } from './map/labelled-spectra.ts';
import { PoolMaps } from './map/pool-maps.ts';
import { ListScores } from './list-scores.ts';
import { ModelTrainedConsumer } from './model-trained.consumer.ts';
import { PlanScoring } from './plan-scoring.ts';
import { Prediction } from './prediction.ts';
import { RecordProblem } from './record-problem.ts';
import { RecordShard } from './record-shard.ts';
import { RetryScoring } from './retry-scoring.ts';
import { ScoreSpectra } from './score-spectra.ts';
import { ExportScores } from './scores/export-scores.ts';
import { QueryScores } from './scores/query-scores.ts';
import { ScoredPools } from './scores/scored-pools.ts';
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
    ComputePoolMap,
    FindNearestLabelled,
    CrossMatchCatalogue,
    CrossMatchRepository,
    ExportScores,
    InferenceController,
    ListCatalogueMatches,
    QueryScores,
    ScoredPools,
    IterationRetriedConsumer,
    LabelledSpectra,
    ListScores,
    ModelTrainedConsumer,
    PlanScoring,
    PoolMaps,
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

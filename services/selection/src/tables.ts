import type { ColumnType, Generated } from '@spectrawl/database';
import type { CampaignMethod, PerformanceEstimate } from '@spectrawl/active-learning';
import type { Candidate } from './candidate.ts';

/** A column of JSON: written as the text that `jsonb` makes, read parsed. */
type Json<T> = ColumnType<T, unknown, unknown>;

export const CAMPAIGN_STATES = ['created', 'running', 'paused', 'completed', 'failed'] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];
export type IterationKind = 'loop' | 'final';
export type IterationStep = 'training' | 'scoring' | 'selecting' | 'labelling' | 'done';

/** What a published catalogue is. */
export interface CatalogueRecord {
  candidates: number;
  classCounts: number[];
  threshold: number;
  certified: boolean;
  errorUpper: number;
  keys: Record<string, string>;
}

export interface CampaignsTable {
  campaign_id: string;
  request_id: string;
  state: CampaignState;
  pool_id: string;
  seed_pool_ids: Json<string[]>;
  preset: string;
  method: Json<CampaignMethod>;
  /** decimal digits */
  seed: string;
  current_iteration: ColumnType<number, number | undefined, number>;
  stop_requested: ColumnType<boolean, boolean | undefined, boolean>;
  stop_reason: ColumnType<string, string | undefined, string>;
  problem: ColumnType<string, string | undefined, string>;
  catalogue: Json<CatalogueRecord | null>;
  create_time: Date;
  end_time: Date | null;
  revision: ColumnType<number, number | undefined, number>;
}

export interface IterationsTable {
  campaign_id: string;
  number: number;
  kind: IterationKind;
  step: IterationStep;
  label_position: number;
  labels_spent: number;
  plan_key: string;
  model_id: ColumnType<string, string | undefined, string>;
  scoring_run_id: ColumnType<string, string | undefined, string>;
  batch_key: ColumnType<string, string | undefined, string>;
  class_counts: Json<number[]>;
  histogram_by_class: Json<number[][]>;
  queries: ColumnType<number, number | undefined, number>;
  audits: ColumnType<number, number | undefined, number>;
  estimate: Json<PerformanceEstimate | null>;
  start_time: Date;
  trained_time: Date | null;
  scored_time: Date | null;
  asked_time: Date | null;
  end_time: Date | null;
  revision: number;
  traceparent: ColumnType<string, string | undefined, string>;
}

export interface QuestionsTable {
  campaign_id: string;
  spectrum_id: string;
  iteration: number;
  purpose: 'query' | 'audit';
  predicted: number;
  probabilities: Json<number[]>;
}

export interface ChoicesTable {
  campaign_id: string;
  iteration: number;
  spectrum_id: string;
}

export interface CandidatesTable {
  campaign_id: string;
  rank: number;
  class: string;
  candidate: Json<Candidate>;
}

export const VERDICTS = ['accepted', 'rejected', 'undecided'] as const;
export type ReviewVerdict = (typeof VERDICTS)[number];

export interface CandidateReviewsTable {
  position: Generated<number>;
  request_id: string;
  campaign_id: string;
  spectrum_id: string;
  verdict: ReviewVerdict;
  comment: string;
  annotator: string;
  create_time: Date;
}

export interface Tables {
  candidate_reviews: CandidateReviewsTable;
  campaigns: CampaignsTable;
  iterations: IterationsTable;
  questions: QuestionsTable;
  choices: ChoicesTable;
  candidates: CandidatesTable;
}

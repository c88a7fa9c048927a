import { create, type JsonObject } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ErrorEstimate as Estimate, PerformanceEstimate as Performance } from '@spectrawl/active-learning';
import {
  Campaign_State,
  CampaignSchema,
  Candidate_Origin,
  CandidateReviewSchema,
  CandidateSchema,
  ErrorEstimateSchema,
  Iteration_Step,
  IterationKind,
  IterationSchema,
  PerformanceEstimateSchema,
  Verdict,
  type Campaign,
  type Candidate as CandidateMessage,
  type CandidateReview,
  type ErrorEstimate,
  type Iteration,
  type PerformanceEstimate,
} from '@spectrawl/contracts';
import type { CampaignRow, IterationRow } from './campaign.repository.ts';
import type { CandidateReviewRow } from './candidate-review.repository.ts';
import type { Candidate } from './candidate.ts';

const STATES = {
  created: Campaign_State.CREATED,
  running: Campaign_State.RUNNING,
  paused: Campaign_State.PAUSED,
  completed: Campaign_State.COMPLETED,
  failed: Campaign_State.FAILED,
} as const;

const STEPS = {
  training: Iteration_Step.TRAINING,
  scoring: Iteration_Step.SCORING,
  selecting: Iteration_Step.SELECTING,
  labelling: Iteration_Step.LABELLING,
  done: Iteration_Step.DONE,
} as const;

export function campaignMessage(row: CampaignRow, labelsSpent: number): Campaign {
  return create(CampaignSchema, {
    campaignId: row.campaign_id,
    state: STATES[row.state],
    poolId: row.pool_id,
    seedPoolIds: row.seed_pool_ids,
    preset: row.preset,
    method: row.method as unknown as JsonObject,
    seed: BigInt(row.seed),
    classes: row.method.classes,
    currentIteration: row.current_iteration,
    labelsSpent,
    stopReason: row.stop_reason,
    problem: row.problem,
    createTime: timestampFromDate(row.create_time),
    ...(row.catalogue && { catalogue: row.catalogue }),
    ...(row.end_time && { endTime: timestampFromDate(row.end_time) }),
  });
}

export function iterationMessage(row: IterationRow, classes: readonly string[]): Iteration {
  return create(IterationSchema, {
    campaignId: row.campaign_id,
    number: row.number,
    kind: row.kind === 'final' ? IterationKind.FINAL : IterationKind.LOOP,
    step: STEPS[row.step],
    labelPosition: BigInt(row.label_position),
    labelsSpent: row.labels_spent,
    modelId: row.model_id,
    poolSize: BigInt(row.class_counts.reduce((sum, count) => sum + count, 0)),
    classCounts: row.class_counts.map(BigInt),
    queries: row.queries,
    audits: row.audits,
    seconds: {
      training: seconds(row.start_time, row.trained_time),
      scoring: seconds(row.trained_time, row.scored_time),
      selecting: seconds(row.scored_time, row.asked_time),
      labelling: seconds(row.asked_time, row.end_time),
    },
    startTime: timestampFromDate(row.start_time),
    ...(row.estimate && { estimate: estimateMessage(row.estimate, row.class_counts, classes) }),
    ...(row.end_time && { endTime: timestampFromDate(row.end_time) }),
  });
}

function seconds(from: Date | null, to: Date | null): number {
  return from && to ? (to.getTime() - from.getTime()) / 1000 : 0;
}

function estimateMessage(
  { target, criterion, positive, exact, ...rest }: Performance,
  classCounts: readonly number[],
  classes: readonly string[],
): PerformanceEstimate {
  const overall = { positive, exact }[criterion].overall;
  const population = classCounts.slice(1).reduce((sum, count) => sum + count, 0);
  return create(PerformanceEstimateSchema, {
    confidence: target.confidence,
    targetError: target.maxError,
    certified: rest.certified,
    auditsNeeded: overall.labelsToCertify,
    overall: errorMessage('', population, overall),
    byClass: exact.byClass.flatMap((estimate, at) =>
      estimate === null ? [] : [errorMessage(classes[at] ?? '', classCounts[at] ?? 0, estimate)],
    ),
  });
}

function errorMessage(className: string, population: number, estimate: Estimate): ErrorEstimate {
  return create(ErrorEstimateSchema, {
    class: className,
    population: BigInt(population),
    audited: estimate.answered,
    right: estimate.right,
    wrong: estimate.wrong,
    undecided: estimate.undecided,
    errorLower: estimate.interval.lower,
    errorUpper: estimate.interval.upper,
    errorBound: estimate.upperBound,
    ...(estimate.error !== null && { error: estimate.error }),
  });
}

export function candidateMessage(poolId: string, rank: number, candidate: Candidate): CandidateMessage {
  const { designation, ra, dec, snr } = candidate;
  return create(CandidateSchema, {
    rank,
    poolId,
    spectrumId: candidate.spectrumId,
    class: candidate.class,
    origin: candidate.origin === 'labelled' ? Candidate_Origin.LABELLED : Candidate_Origin.PREDICTED,
    emissionProbability: candidate.emissionProbability,
    probabilities: candidate.probabilities,
    ...(designation !== null && { designation }),
    ...(ra !== null && { ra }),
    ...(dec !== null && { dec }),
    ...(snr !== null && { snr }),
  });
}

const VERDICTS = {
  accepted: Verdict.ACCEPTED,
  rejected: Verdict.REJECTED,
  undecided: Verdict.UNDECIDED,
} as const;

export function reviewMessage(row: CandidateReviewRow): CandidateReview {
  return create(CandidateReviewSchema, {
    position: BigInt(row.position),
    campaignId: row.campaign_id,
    spectrumId: row.spectrum_id,
    verdict: VERDICTS[row.verdict],
    comment: row.comment,
    annotator: row.annotator,
    createTime: timestampFromDate(row.create_time),
  });
}

import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Inject, Injectable } from '@nestjs/common';
import {
  ScoringRun_State,
  ScoringRunSchema,
  type GetScoringRunRequest,
  type InferenceService,
  type ListScoresRequest,
  type ListScoringRunsRequest,
  type ScoreSpectraRequest,
} from '@spectrawl/contracts';
import { page, pageRequest, type CallContext, type ServiceHandlers } from '@spectrawl/grpc';
import { ListScores } from './list-scores.ts';
import { ScoreSpectra } from './score-spectra.ts';
import { ScoringRunRepository, type ScoringRunRow } from './scoring-run.repository.ts';

/** Translates between the contract and the use cases. */
@Injectable()
export class InferenceController implements ServiceHandlers<typeof InferenceService> {
  constructor(
    @Inject(ScoringRunRepository) private readonly runs: ScoringRunRepository,
    @Inject(ListScores) private readonly listing: ListScores,
    @Inject(ScoreSpectra) private readonly scoring: ScoreSpectra,
  ) {}

  async getScoringRun({ scoringRunId }: GetScoringRunRequest) {
    return { scoringRun: message(await this.runs.run(scoringRunId)) };
  }

  async listScoringRuns(request: ListScoringRunsRequest) {
    const { size, after } = pageRequest(request);
    const found = await this.runs.runs(request.campaignId, { size, after });
    const { rows, nextPageToken } = page(found, size, (row) => String(row.iteration));
    return { scoringRuns: rows.map(message), nextPageToken };
  }

  async *listScores({ scoringRunId }: ListScoresRequest) {
    yield* this.listing.list(scoringRunId);
  }

  async scoreSpectra(request: ScoreSpectraRequest, { signal }: CallContext) {
    return await this.scoring.score(request, signal);
  }
}

function stateOf({ failed, end_time }: ScoringRunRow): ScoringRun_State {
  if (failed) return ScoringRun_State.FAILED;
  return end_time ? ScoringRun_State.SUCCEEDED : ScoringRun_State.RUNNING;
}

function message(row: ScoringRunRow) {
  return create(ScoringRunSchema, {
    scoringRunId: row.scoring_run_id,
    campaignId: row.campaign_id,
    iteration: row.iteration,
    modelId: row.model_id,
    state: stateOf(row),
    problem: row.problem,
    shardsPlanned: row.shards_planned,
    shardsScored: row.shards_scored,
    rowsScored: BigInt(row.rows_scored),
    createTime: timestampFromDate(row.create_time),
    ...(row.end_time && { endTime: timestampFromDate(row.end_time) }),
  });
}

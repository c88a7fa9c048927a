import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Inject, Injectable } from '@nestjs/common';
import {
  CatalogueMatchSchema,
  CrossMatchSchema,
  ScoredSpectrumSchema,
  ScoringRun_State,
  ScoringRunSchema,
  type CrossMatchCatalogueRequest,
  type ExportScoresRequest,
  type ListCatalogueMatchesRequest,
  type ListCrossMatchesRequest,
  type QueryScoresRequest,
  type FindNearestLabelledRequest,
  type GetPoolMapRequest,
  type GetScoringRunRequest,
  type InferenceService,
  type ListScoresRequest,
  type ListScoringRunsRequest,
  type ScoreSpectraRequest,
} from '@spectrawl/contracts';
import { page, pageRequest, ServiceError, type CallContext, type ServiceHandlers } from '@spectrawl/grpc';
import { FindNearestLabelled } from './map/find-nearest-labelled.ts';
import { PoolMaps } from './map/pool-maps.ts';
import { CrossMatchCatalogue } from './cross-match/cross-match-catalogue.ts';
import { CrossMatchRepository, type CrossMatchRow } from './cross-match/cross-match.repository.ts';
import { ListCatalogueMatches } from './cross-match/list-catalogue-matches.ts';
import { ListScores } from './list-scores.ts';
import { ScoreSpectra } from './score-spectra.ts';
import { ExportScores } from './scores/export-scores.ts';
import { QueryScores } from './scores/query-scores.ts';
import type { ScoredRow } from './scores/scored-spectrum.ts';
import { ScoringRunRepository, type ScoringRunRow } from './scoring-run.repository.ts';

/** Translates between the contract and the use cases. */
@Injectable()
export class InferenceController implements ServiceHandlers<typeof InferenceService> {
  constructor(
    @Inject(ScoringRunRepository) private readonly runs: ScoringRunRepository,
    @Inject(ListScores) private readonly listing: ListScores,
    @Inject(ScoreSpectra) private readonly scoring: ScoreSpectra,
    @Inject(QueryScores) private readonly querying: QueryScores,
    @Inject(ExportScores) private readonly exporting: ExportScores,
    @Inject(CrossMatchCatalogue) private readonly matching: CrossMatchCatalogue,
    @Inject(CrossMatchRepository) private readonly crossMatches: CrossMatchRepository,
    @Inject(ListCatalogueMatches) private readonly matchListing: ListCatalogueMatches,
    @Inject(PoolMaps) private readonly maps: PoolMaps,
    @Inject(FindNearestLabelled) private readonly nearest: FindNearestLabelled,
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

  async *getPoolMap(request: GetPoolMapRequest, context: CallContext) {
    yield* this.maps.stream(request, context);
  }

  async findNearestLabelled(request: FindNearestLabelledRequest, { signal }: CallContext) {
    return await this.nearest.find(request, signal);
  }

  async queryScores(request: QueryScoresRequest, { signal }: CallContext) {
    const { campaignId, iteration, filter, order, pageToken } = request;
    const { size } = pageRequest({ pageSize: request.pageSize, pageToken: '' });
    const skip = Number(request.skip);
    if (!Number.isSafeInteger(skip) || skip < 0) {
      throw new ServiceError('BAD_REQUEST', `skip is ${request.skip}: give a number of spectra`);
    }
    const found = await this.querying.page({ campaignId, iteration, filter, order, size, pageToken, skip }, signal);
    return {
      spectra: found.rows.map(scoredSpectrum),
      nextPageToken: found.nextPageToken,
      total: BigInt(found.total),
      scoringRunId: found.pool.run.scoring_run_id,
      iteration: found.pool.run.iteration,
      poolId: found.pool.poolId,
      classes: [...found.pool.classes],
    };
  }

  async *exportScores({ campaignId, iteration, filter, order, format }: ExportScoresRequest, { signal }: CallContext) {
    for await (const data of this.exporting.export({ campaignId, iteration, filter, order }, format, signal))
      yield { data };
  }

  async crossMatchCatalogue(requests: AsyncIterable<CrossMatchCatalogueRequest>) {
    return { crossMatch: crossMatchMessage(await this.matching.match(requests)) };
  }

  async listCrossMatches(request: ListCrossMatchesRequest) {
    const { size, after } = pageRequest(request);
    const found = await this.crossMatches.crossMatches(request.campaignId, { size, after });
    const { rows, nextPageToken } = page(found, size, (row) => row.name);
    return { crossMatches: rows.map(crossMatchMessage), nextPageToken };
  }

  async listCatalogueMatches(request: ListCatalogueMatchesRequest) {
    const { campaignId, name, matched } = request;
    const { size, after } = pageRequest(request);
    const found = await this.matchListing.list(campaignId, name, matched, { size, after });
    const { rows, nextPageToken } = page(found, size, ({ row }) => String(row));
    return {
      matches: rows.map(({ row, spectrumId, separation, ...rest }) =>
        create(CatalogueMatchSchema, {
          row: BigInt(row),
          ...rest,
          ...(spectrumId !== null && { spectrumId, separation: separation ?? 0 }),
        }),
      ),
      nextPageToken,
    };
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

function scoredSpectrum({ id, emission, known, designation, ra, dec, snr, ...rest }: ScoredRow) {
  return create(ScoredSpectrumSchema, {
    ...rest,
    spectrumId: id,
    emissionProbability: emission,
    ...(designation !== null && { designation }),
    ...(ra !== null && { ra }),
    ...(dec !== null && { dec }),
    ...(snr !== null && { snr }),
    ...(known !== null && { knownObject: known }),
  });
}

function crossMatchMessage(row: CrossMatchRow) {
  return create(CrossMatchSchema, {
    campaignId: row.campaign_id,
    name: row.name,
    fileName: row.file_name,
    radius: row.radius,
    rows: BigInt(row.rows),
    matched: BigInt(row.matched),
    unmatched: BigInt(row.unmatched),
    rejected: BigInt(row.rejected),
    problems: row.problems,
    knownSpectra: BigInt(row.known_spectra),
    columns: row.columns,
    createTime: timestampFromDate(row.create_time),
  });
}

import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Inject, Injectable } from '@nestjs/common';
import {
  TrainingRun_State,
  TrainingRunSchema,
  type GetModelRequest,
  type GetTrainingRunRequest,
  type ListModelsRequest,
  type ListTrainingRunsRequest,
  type TrainingService,
} from '@spectrawl/contracts';
import { page, pageRequest, type ServiceHandlers } from '@spectrawl/grpc';
import { TrainingRunRepository, type TrainingRunRow } from './training-run.repository.ts';

const STATES = {
  preparing: TrainingRun_State.PREPARING,
  training: TrainingRun_State.TRAINING,
  succeeded: TrainingRun_State.SUCCEEDED,
  failed: TrainingRun_State.FAILED,
} as const;

/** Translates between the contract and the repository. */
@Injectable()
export class TrainingController implements ServiceHandlers<typeof TrainingService> {
  constructor(@Inject(TrainingRunRepository) private readonly runs: TrainingRunRepository) {}

  async getTrainingRun({ trainingRunId }: GetTrainingRunRequest) {
    return { trainingRun: message(await this.runs.run(trainingRunId)) };
  }

  async listTrainingRuns(request: ListTrainingRunsRequest) {
    const { size, after } = pageRequest(request);
    const found = await this.runs.runs(request.campaignId, { size, after });
    const { rows, nextPageToken } = page(found, size, (row) => String(row.iteration));
    return { trainingRuns: rows.map(message), nextPageToken };
  }

  async getModel({ modelId }: GetModelRequest) {
    return { model: await this.runs.model(modelId) };
  }

  async listModels(request: ListModelsRequest) {
    const { size, after } = pageRequest(request);
    const found = await this.runs.models(request.campaignId, { size, after });
    const { rows, nextPageToken } = page(found, size, (model) => `${model.campaignId}/${model.iteration}`);
    return { models: rows, nextPageToken };
  }
}

function message(row: TrainingRunRow) {
  const { progress } = row;
  return create(TrainingRunSchema, {
    trainingRunId: row.training_run_id,
    campaignId: row.campaign_id,
    iteration: row.iteration,
    state: STATES[row.state],
    modelId: row.state === 'succeeded' ? row.training_run_id : '',
    error: row.error,
    createTime: timestampFromDate(row.create_time),
    ...(row.end_time && { endTime: timestampFromDate(row.end_time) }),
    ...(progress && { progress: { ...progress, maxEpochs: progress.epochs } }),
  });
}

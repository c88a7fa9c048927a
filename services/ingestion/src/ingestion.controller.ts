import { Inject, Injectable } from '@nestjs/common';
import type {
  CreatePoolRequest,
  ExportPoolRequest,
  FindEpochsRequest,
  GetPoolRequest,
  GetSpectrumRequest,
  IngestFilesRequest,
  IngestionService,
  ListPoolsRequest,
  ListQuarantinedInputsRequest,
  ListShardsRequest,
  SealPoolRequest,
} from '@spectrawl/contracts';
import { page, pageRequest, ServiceError, type CallContext, type ServiceHandlers } from '@spectrawl/grpc';
import { CreatePool } from './create-pool.ts';
import { ExportPool } from './export-pool.ts';
import { FindEpochs } from './find-epochs.ts';
import { GetSpectrum } from './get-spectrum.ts';
import { epochMessage, poolMessage, quarantinedInputMessage, shardMessage, spectrumMessage } from './messages.ts';
import { PoolRepository } from './pool.repository.ts';
import { SealPool } from './seal-pool.ts';
import { IngestFiles } from './upload/ingest-files.ts';

/** The contract's limits of ListShards. */
const SHARD_PAGE = { byDefault: 1000, most: 10_000 };

/** spectrawl.ingestion.v1.IngestionService. */
@Injectable()
export class IngestionController implements ServiceHandlers<typeof IngestionService> {
  constructor(
    @Inject(PoolRepository) private readonly pools: PoolRepository,
    @Inject(CreatePool) private readonly creating: CreatePool,
    @Inject(IngestFiles) private readonly ingesting: IngestFiles,
    @Inject(SealPool) private readonly sealing: SealPool,
    @Inject(GetSpectrum) private readonly reading: GetSpectrum,
    @Inject(FindEpochs) private readonly epochs: FindEpochs,
    @Inject(ExportPool) private readonly exporting: ExportPool,
  ) {}

  async createPool(request: CreatePoolRequest) {
    return { pool: poolMessage(await this.creating.create(request)) };
  }

  async getPool({ poolId }: GetPoolRequest) {
    return { pool: poolMessage(await this.pools.pool(poolId)) };
  }

  async listPools(request: ListPoolsRequest) {
    const asked = pageRequest(request);
    const { rows, nextPageToken } = page(await this.pools.pools(asked), asked.size, (row) => row.pool_id);
    return { pools: rows.map(poolMessage), nextPageToken };
  }

  ingestFiles(requests: AsyncIterable<IngestFilesRequest>, { signal }: CallContext) {
    return this.ingesting.ingest(requests, signal);
  }

  async sealPool({ poolId }: SealPoolRequest, { signal }: CallContext) {
    return { pool: poolMessage(await this.sealing.seal(poolId, signal)) };
  }

  async listShards(request: ListShardsRequest) {
    const asked = numbered(pageRequest(request, SHARD_PAGE));
    const { rows, nextPageToken } = page(await this.pools.shards(request.poolId, asked), asked.size, (row) =>
      String(row.number),
    );
    return { shards: rows.map(shardMessage), nextPageToken };
  }

  async listQuarantinedInputs(request: ListQuarantinedInputsRequest) {
    const asked = numbered(pageRequest(request));
    const { rows, nextPageToken } = page(await this.pools.quarantinedInputs(request.poolId, asked), asked.size, (row) =>
      String(row.position),
    );
    return { inputs: rows.map(quarantinedInputMessage), nextPageToken };
  }

  async getSpectrum({ poolId, spectrumId }: GetSpectrumRequest) {
    return { spectrum: spectrumMessage(poolId, await this.reading.get(poolId, spectrumId)) };
  }

  async findEpochs({ poolId, spectrumId, radiusArcsec }: FindEpochsRequest) {
    const { epochs, shardsPending } = await this.epochs.find(poolId, spectrumId, radiusArcsec);
    return { epochs: epochs.map(epochMessage), shardsPending };
  }

  exportPool({ poolId, folders }: ExportPoolRequest) {
    return this.exporting.export(poolId, folders);
  }
}

/** A page of rows that are numbered from 0. @throws {ServiceError} BAD_PAGE_TOKEN */
function numbered({ size, after }: { size: number; after: string | undefined }) {
  const number = after === undefined ? -1 : Number(after);
  if (Number.isSafeInteger(number)) return { size, after: number };
  throw new ServiceError('BAD_PAGE_TOKEN', 'page_token is not of this list: send next_page_token as it came');
}

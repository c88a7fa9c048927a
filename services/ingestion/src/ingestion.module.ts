import type { ModuleMetadata } from '@nestjs/common';
import { CreatePool } from './create-pool.ts';
import { ExportPool } from './export-pool.ts';
import { FindEpochs } from './find-epochs.ts';
import { GetSpectrum } from './get-spectrum.ts';
import { IndexPositions } from './index-positions.ts';
import { IngestionController } from './ingestion.controller.ts';
import { Parsers } from './parsing/parsers.ts';
import { PoolMetrics } from './pool-metrics.ts';
import { PoolRepository } from './pool.repository.ts';
import { SealPool } from './seal-pool.ts';
import { SkyIndex } from './sky-index.ts';
import { SpectrumRepository } from './spectrum.repository.ts';
import { CommitUpload } from './upload/commit-upload.ts';
import { IngestFiles } from './upload/ingest-files.ts';
import { PoolLeases } from './upload/pool-leases.ts';

export const ingestionModule: ModuleMetadata = {
  providers: [
    CommitUpload,
    CreatePool,
    ExportPool,
    FindEpochs,
    GetSpectrum,
    IndexPositions,
    IngestFiles,
    IngestionController,
    Parsers,
    PoolLeases,
    PoolMetrics,
    PoolRepository,
    SealPool,
    SkyIndex,
    SpectrumRepository,
  ],
};

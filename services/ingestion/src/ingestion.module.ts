import type { ModuleMetadata } from '@nestjs/common';
import { CreatePool } from './create-pool.ts';
import { ExportPool } from './export-pool.ts';
import { GetSpectrum } from './get-spectrum.ts';
import { IngestionController } from './ingestion.controller.ts';
import { Parsers } from './parsing/parsers.ts';
import { PoolMetrics } from './pool-metrics.ts';
import { PoolRepository } from './pool.repository.ts';
import { SealPool } from './seal-pool.ts';
import { SpectrumRepository } from './spectrum.repository.ts';
import { CommitUpload } from './upload/commit-upload.ts';
import { IngestFiles } from './upload/ingest-files.ts';
import { PoolLeases } from './upload/pool-leases.ts';

export const ingestionModule: ModuleMetadata = {
  providers: [
    CommitUpload,
    CreatePool,
    ExportPool,
    GetSpectrum,
    IngestFiles,
    IngestionController,
    Parsers,
    PoolLeases,
    PoolMetrics,
    PoolRepository,
    SealPool,
    SpectrumRepository,
  ],
};

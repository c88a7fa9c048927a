import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  EpochSchema,
  IngestCountsSchema,
  Pool_State,
  PoolSchema,
  QuarantinedInputSchema,
  ShardSchema,
  SpectrumMetadataSchema,
  SpectrumSchema,
  type Epoch as EpochMessage,
  type IngestCounts,
  type Pool,
  type QuarantinedInput,
  type Shard,
  type Spectrum,
  type SpectrumMetadata,
} from '@spectrawl/contracts';
import type { Epoch } from './find-epochs.ts';
import type { StoredSpectrum } from './get-spectrum.ts';
import type { PoolRow, QuarantinedInputRow, ShardRow } from './pool.repository.ts';
import type { UploadCounts } from './upload/upload-counts.ts';

export function countsMessage({ received, stored, quarantined, duplicates }: UploadCounts): IngestCounts {
  return create(IngestCountsSchema, {
    received: BigInt(received),
    stored: BigInt(stored),
    quarantined: BigInt(quarantined),
    duplicates: BigInt(duplicates),
  });
}

export function poolMessage(pool: PoolRow): Pool {
  return create(PoolSchema, {
    poolId: pool.pool_id,
    state: pool.seal_time ? Pool_State.SEALED : Pool_State.OPEN,
    surveys: pool.surveys,
    counts: countsMessage(pool),
    shardCount: pool.shard_count,
    preprocessingVersion: pool.preprocessing_version,
    manifestKey: pool.manifest_key,
    createTime: timestampFromDate(pool.create_time),
    ...(pool.seal_time && { sealTime: timestampFromDate(pool.seal_time) }),
  });
}

export function shardMessage(shard: ShardRow): Shard {
  return create(ShardSchema, {
    poolId: shard.pool_id,
    number: shard.number,
    rows: shard.rows,
    shardKey: shard.shard_key,
    spectraKey: shard.spectra_key,
    reservoirKey: shard.reservoir_key,
    sha256: shard.sha256,
    bytes: BigInt(shard.bytes),
  });
}

export function quarantinedInputMessage(input: QuarantinedInputRow): QuarantinedInput {
  return create(QuarantinedInputSchema, {
    poolId: input.pool_id,
    source: input.source,
    reason: input.reason,
    message: input.message,
    createTime: timestampFromDate(input.create_time),
  });
}

export function spectrumMessage(poolId: string, { facts, spectrum, features }: StoredSpectrum): Spectrum {
  return create(SpectrumSchema, {
    poolId,
    spectrumId: spectrum.id,
    survey: facts.survey,
    source: facts.source,
    metadata: metadataMessage(facts),
    medium: spectrum.medium,
    wavelength: Array.from(spectrum.wavelength),
    flux: Array.from(spectrum.flux),
    features: Array.from(features),
    uncertainty: Array.from(spectrum.uncertainty ?? []),
  });
}

export function epochMessage({ facts, separation }: Epoch): EpochMessage {
  return create(EpochSchema, {
    spectrumId: facts.id,
    survey: facts.survey,
    metadata: metadataMessage(facts),
    ...(separation !== undefined && { separationArcsec: separation }),
  });
}

function metadataMessage(facts: StoredSpectrum['facts']): SpectrumMetadata {
  const { designation, obsid, ra, dec, snr, class: surveyClass, subclass, mjd } = facts;
  return create(SpectrumMetadataSchema, {
    ...(designation !== null && { designation }),
    ...(obsid !== null && { obsid }),
    ...(ra !== null && { ra }),
    ...(dec !== null && { dec }),
    ...(snr !== null && { snr }),
    ...(surveyClass !== null && { surveyClass }),
    ...(subclass !== null && { surveySubclass: subclass }),
    ...(mjd !== null && { mjd }),
  });
}

import { JsonFields } from './json-fields.ts';
import { PoolError } from './pool-error.ts';
import { SCHEMA_VERSION } from './file-kind.ts';

/** What became of the spectra that were put in: in = stored + quarantined + duplicates. */
export interface PoolCounts {
  in: number;
  stored: number;
  quarantined: number;
  duplicates: number;
}

/** The wavelengths of the features: `count` points from `start` to `end`, linear. */
export interface FeatureGrid {
  /** Å, vacuum. */
  start: number;
  /** Å, vacuum. */
  end: number;
  count: number;
}

/** How the features were made. */
export interface Preprocessing {
  version: string;
  parameters: Readonly<Record<string, number | string | boolean>>;
}

/** One shard of a pool. */
export interface ManifestShard {
  /** From 0, without gaps. */
  number: number;
  key: string;
  rows: number;
  bytes: number;
  /** Of the shard's file, hexadecimal. */
  sha256: string;
  spectraKey: string;
  reservoirKey: string;
  /** The least and the greatest id, by code units. */
  minId: string;
  maxId: string;
}

/** The table of contents of a sealed pool. */
export interface Manifest {
  pool: string;
  surveys: string[];
  preprocessing: Preprocessing;
  features: FeatureGrid;
  shards: ManifestShard[];
  counts: PoolCounts;
  /** ISO 8601, UTC. */
  sealedAt: string;
}

/** The manifest as JSON text. Errors: PoolError 'manifest' if it contradicts itself. */
export function writeManifest(manifest: Manifest): string {
  const text = `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...manifest }, undefined, 2)}\n`;
  parseManifest(text); // one set of rules for what is written and what is read
  return text;
}

/** Reads and checks a manifest. Errors: PoolError 'manifest' naming the field, or the counts that do not add up. */
export function parseManifest(text: string): Manifest {
  const fields = JsonFields.parse(text, 'The pool manifest', 'manifest');
  const version = fields.count('schemaVersion');
  if (version > SCHEMA_VERSION) {
    throw fields.fail(
      'schemaVersion',
      `is ${version}; this release reads up to ${SCHEMA_VERSION}. Use a newer release`,
    );
  }
  const counts = fields.object('counts');
  const grid = fields.object('features');
  const manifest: Manifest = {
    pool: fields.string('pool'),
    surveys: fields.strings('surveys'),
    preprocessing: parsePreprocessing(fields.object('preprocessing')),
    features: { start: grid.number('start'), end: grid.number('end'), count: grid.count('count') },
    shards: fields.list('shards', (shard, i) =>
      parseShard(new JsonFields(shard, `The pool manifest, shard ${i}`, 'manifest'), i),
    ),
    counts: {
      in: counts.count('in'),
      stored: counts.count('stored'),
      quarantined: counts.count('quarantined'),
      duplicates: counts.count('duplicates'),
    },
    sealedAt: fields.string('sealedAt'),
  };
  if (Number.isNaN(Date.parse(manifest.sealedAt))) throw fields.fail('sealedAt', 'is not a time in ISO 8601');
  if (!(manifest.features.start < manifest.features.end)) throw fields.fail('features', 'must begin below their end');
  checkCounts(manifest);
  return manifest;
}

function parsePreprocessing(fields: JsonFields): Preprocessing {
  const parameters = fields.raw('parameters');
  const record = typeof parameters === 'object' && parameters !== null && !Array.isArray(parameters);
  if (!record || !Object.values(parameters).every((value) => ['number', 'string', 'boolean'].includes(typeof value))) {
    throw fields.fail('parameters', 'is not an object of numbers, texts and booleans');
  }
  return { version: fields.string('version'), parameters: parameters as Preprocessing['parameters'] };
}

function parseShard(fields: JsonFields, index: number): ManifestShard {
  const shard: ManifestShard = {
    number: fields.count('number'),
    key: fields.string('key'),
    rows: fields.count('rows'),
    bytes: fields.count('bytes'),
    sha256: fields.string('sha256'),
    spectraKey: fields.string('spectraKey'),
    reservoirKey: fields.string('reservoirKey'),
    minId: fields.string('minId'),
    maxId: fields.string('maxId'),
  };
  if (shard.number !== index)
    throw fields.fail('number', `is ${shard.number}; shards are numbered from 0 without gaps`);
  if (shard.rows === 0) throw fields.fail('rows', 'is 0; a shard is not empty');
  if (!/^[0-9a-f]{64}$/.test(shard.sha256)) throw fields.fail('sha256', 'is not 64 hexadecimal digits');
  if (shard.minId > shard.maxId) throw fields.fail('minId', 'comes after maxId');
  return shard;
}

/** Every spectrum put in is in a shard, in quarantine or a duplicate: a manifest that loses one is refused. */
function checkCounts({ counts, shards }: Manifest): void {
  const accounted = counts.stored + counts.quarantined + counts.duplicates;
  if (counts.in !== accounted) {
    throw new PoolError(
      'manifest',
      `The pool manifest: ${counts.in} spectra in, but ${counts.stored} stored + ${counts.quarantined} quarantined + ` +
        `${counts.duplicates} duplicates = ${accounted}.`,
    );
  }
  const rows = shards.reduce((sum, shard) => sum + shard.rows, 0);
  if (rows !== counts.stored) {
    throw new PoolError(
      'manifest',
      `The pool manifest: its shards hold ${rows} rows, but it counts ${counts.stored} stored.`,
    );
  }
}

import { readSnapshot, type DatabaseSnapshot, type StoredTable } from '@spectrawl/database';
import { openObjectStore, type ObjectStore } from '@spectrawl/object-store';
import type { Config } from '../config.ts';
import type { ServiceDefinition } from '../service.ts';
import { VERSION } from '../version.ts';
import { openArchive, type Archive } from './archive.ts';
import { BackupError } from './backup-error.ts';
import { inParallel } from './in-parallel.ts';
import { FORMAT, MANIFEST, type BackedUpTable, type BackupManifest } from './manifest.ts';
import { compressLines, measured, type Measure } from './measured.ts';

/** Objects copied at a time. */
const OBJECTS_AT_ONCE = 8;

/** Objects that no row may name yet, but an event may: all of them are kept. Those of pools are named by rows. */
const KEPT_WHOLE = ['models/', 'campaigns/'];

/** Columns of this name hold keys of objects. */
const OBJECT_KEY = /_key$/;

export interface BackupOptions {
  /** Leaves the objects where they are, and notes only what they have to be. */
  withoutObjects?: boolean;
  /** Is told of every step, in words for a person. */
  report?: (line: string) => void;
}

/**
 * Writes a backup of all services: the rows of their schemas as of one moment, while they run or not, then the objects, which are
 * never changed. Its manifest comes last.
 * @param to a folder, or `s3://bucket/prefix`; empty
 * @throws {BackupError}
 */
export async function writeBackup(
  definitions: readonly ServiceDefinition[],
  config: Config,
  to: string,
  { withoutObjects = false, report = () => undefined }: BackupOptions = {},
): Promise<BackupManifest> {
  const archive = await openArchive(to, config.objectStore);
  if (!(await archive.isEmpty())) throw new BackupError(`${archive.location} is not empty: choose a place of its own`);
  const names = definitions.map(({ name }) => name);
  const referenced = new Set<string>();
  let created = '';
  const schemas = await readSnapshot(config.database, names, async (snapshot) => {
    created = new Date().toISOString();
    return await writeTables(archive, snapshot, referenced, report);
  });
  if (schemas.length === 0) {
    throw new BackupError('the database holds nothing of these services: is it the one that they use?');
  }
  const objects = await writeObjects(
    archive,
    await openObjectStore(config.objectStore),
    referenced,
    !withoutObjects,
    report,
  );
  const manifest: BackupManifest = {
    format: FORMAT,
    product: 'Spectrawl',
    version: VERSION,
    created,
    schemas,
    objects,
  };
  await archive.write(MANIFEST, once(Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`)));
  return manifest;
}

async function writeTables(
  archive: Archive,
  snapshot: DatabaseSnapshot,
  referenced: Set<string>,
  report: (line: string) => void,
): Promise<BackupManifest['schemas']> {
  const schemas: BackupManifest['schemas'] = [];
  for (const { name, migrations, tables } of snapshot.schemas) {
    const written: BackedUpTable[] = [];
    for (const table of tables) {
      const stored = await writeTable(archive, table, snapshot.rows(table), referenced);
      report(`table ${name}.${table.name}: ${stored.rows} rows`);
      written.push(stored);
    }
    schemas.push({ name, migrations, tables: written });
  }
  return schemas;
}

async function writeTable(
  archive: Archive,
  { schema, name, columns, identities }: StoredTable,
  batches: AsyncIterable<string[]>,
  referenced: Set<string>,
): Promise<BackedUpTable> {
  const keys = columns.filter((column) => OBJECT_KEY.test(column));
  let rows = 0;
  async function* counted(): AsyncIterable<string[]> {
    for await (const batch of batches) {
      rows += batch.length;
      if (keys.length > 0) for (const row of batch) noteKeys(row, keys, referenced);
      yield batch;
    }
  }
  const file = `tables/${schema}/${name}.ndjson.gz`;
  const measure = await writeMeasured(archive, file, compressLines(counted()));
  return { name, columns, identities, rows, file, ...measure };
}

function noteKeys(row: string, columns: readonly string[], referenced: Set<string>): void {
  const values = JSON.parse(row) as Record<string, unknown>;
  for (const column of columns) {
    const key = values[column];
    if (typeof key === 'string' && key !== '') referenced.add(key);
  }
}

async function writeObjects(
  archive: Archive,
  store: ObjectStore,
  referenced: Set<string>,
  included: boolean,
  report: (line: string) => void,
): Promise<BackupManifest['objects']> {
  const missing: string[] = [];
  async function* entries(): AsyncIterable<string> {
    for (const prefix of KEPT_WHOLE) {
      for await (const { key } of store.list(prefix)) {
        referenced.delete(key);
        yield key;
      }
    }
    for (const key of [...referenced].sort()) {
      if (await store.head(key)) yield key;
      else missing.push(key);
    }
  }
  const listed: string[] = [];
  let objectBytes = 0;
  const progress = everySecond(report);
  await inParallel(entries(), OBJECTS_AT_ONCE, async (key) => {
    const copy = included
      ? await writeMeasured(archive, `objects/${key}`, store.stream(key))
      : await measure(store.stream(key));
    objectBytes += copy.bytes;
    listed.push(JSON.stringify({ key, ...copy }));
    progress(() => `objects: ${listed.length}, ${megabytes(objectBytes)}`);
  });
  for (const key of missing) report(`missing: the database names the object ${key}, which the store does not have`);
  report(`objects: ${listed.length}, ${megabytes(objectBytes)}${included ? '' : ' (not copied)'}`);
  const file = 'objects.ndjson.gz';
  const written = await writeMeasured(archive, file, compressLines(once(listed.sort())));
  return { included, count: listed.length, objectBytes, missing, file, ...written };
}

async function writeMeasured(archive: Archive, name: string, content: AsyncIterable<Uint8Array>): Promise<Measure> {
  let result: Measure | undefined;
  await archive.write(
    name,
    measured(content, (end) => {
      result = end;
    }),
  );
  return result!;
}

async function measure(content: AsyncIterable<Uint8Array>): Promise<Measure> {
  let result: Measure | undefined;
  const whole = measured(content, (end) => {
    result = end;
  });
  for await (const _ of whole);
  return result!;
}

async function* once<T>(one: T): AsyncIterable<T> {
  yield one;
}

/** Lets a line through once a second. */
export function everySecond(report: (line: string) => void): (line: () => string) => void {
  let last = Date.now();
  return (line) => {
    const now = Date.now();
    if (now - last < 1_000) return;
    last = now;
    report(line());
  };
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

import { z } from 'zod';
import type { Archive } from './archive.ts';
import { BackupError } from './backup-error.ts';

/** The layout of backups that this version writes, and the newest that it reads. */
export const FORMAT = 1;

/** The last file of a backup that is written: where it lies, the rest is complete. */
export const MANIFEST = 'manifest.json';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A file of the backup, as it is stored. */
const StoredFile = z.object({ file: z.string(), bytes: z.int(), sha256: Sha256 });

const Table = StoredFile.extend({
  name: z.string(),
  columns: z.array(z.string()),
  identities: z.array(z.object({ column: z.string(), next: z.string() })),
  rows: z.int(),
});

const Schema = z.object({
  name: z.string(),
  migrations: z.array(z.object({ set: z.string(), name: z.string(), checksum: z.string() })),
  tables: z.array(Table),
});

const Manifest = z.object({
  format: z.literal(FORMAT),
  product: z.literal('Spectrawl'),
  /** of the program that wrote it */
  version: z.string(),
  /** when the snapshot of the database was taken, ISO 8601 */
  created: z.string(),
  schemas: z.array(Schema),
  objects: StoredFile.extend({
    /** whether the objects lie in the backup, under `objects/` */
    included: z.boolean(),
    count: z.int(),
    /** of all objects together */
    objectBytes: z.int(),
    /** objects that the database names and the store did not have */
    missing: z.array(z.string()),
  }),
});

export type BackupManifest = z.infer<typeof Manifest>;
export type BackedUpTable = z.infer<typeof Table>;

/** What a backup says of itself. @throws {BackupError} when it is none, not whole, or of a newer version */
export async function readManifest(archive: Archive): Promise<BackupManifest> {
  if (await archive.isEmpty()) {
    throw new BackupError(`there is nothing in ${archive.location}: name the place to which a backup was written`);
  }
  const parts: Uint8Array[] = [];
  for await (const part of archive.read(MANIFEST)) parts.push(part);
  const where = `${MANIFEST} of the backup ${archive.location}`;
  let content: unknown;
  try {
    content = JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch (error) {
    throw new BackupError(`${where} is no JSON: it is damaged; use another backup`, { cause: error });
  }
  const { format, version } = (content ?? {}) as { format?: unknown; version?: unknown };
  if (typeof format === 'number' && format > FORMAT) {
    throw new BackupError(
      `${where} has format ${format}, written by Spectrawl ${String(version)}; this version reads up to ${FORMAT}: install that version, or a newer one`,
    );
  }
  const result = Manifest.safeParse(content);
  if (!result.success) throw new BackupError(`${where} is damaged: ${z.prettifyError(result.error)}`);
  return result.data;
}

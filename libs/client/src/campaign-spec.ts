import { readFile } from 'node:fs/promises';
import type { JsonObject } from '@bufbuild/protobuf';
import { parse } from 'yaml';
import { UsageError } from './terminal/failure.ts';

/** What a campaign is created from. */
export interface CampaignSpec {
  pool: string;
  seedPools: string[];
  preset: string;
  seed: number;
  /** Values that replace the preset's. */
  method: JsonObject;
}

const KEYS = ['pool', 'seedPools', 'preset', 'seed', 'method'];

/**
 * Reads a campaign's spec from YAML; keys that it leaves out keep their defaults. The method itself is checked by the service.
 * @throws {UsageError} naming the file and the key that is wrong
 */
export async function readCampaignSpec(path: string): Promise<Partial<CampaignSpec>> {
  let spec: unknown;
  try {
    spec = parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) {
    throw new UsageError(`${path}: a campaign's spec is a mapping with the keys ${KEYS.join(', ')}`);
  }
  const fields = spec as Record<string, unknown>;
  const unknown = Object.keys(fields).filter((key) => !KEYS.includes(key));
  if (unknown.length > 0) throw new UsageError(`${path}: ${unknown.join(', ')}: the keys are ${KEYS.join(', ')}`);
  const wrong = (key: string, wanted: string): UsageError => new UsageError(`${path}: ${key} has to be ${wanted}`);
  const { pool, seedPools, preset, seed, method } = fields;
  if (pool !== undefined && typeof pool !== 'string') throw wrong('pool', 'the name of a pool');
  if (preset !== undefined && typeof preset !== 'string') throw wrong('preset', 'the name of a preset');
  if (seed !== undefined && !Number.isSafeInteger(seed)) throw wrong('seed', 'an integer of at most 2^53 - 1');
  if (seedPools !== undefined && !(Array.isArray(seedPools) && seedPools.every((one) => typeof one === 'string'))) {
    throw wrong('seedPools', 'a list of names of pools');
  }
  if (method !== undefined && (typeof method !== 'object' || method === null || Array.isArray(method))) {
    throw wrong('method', 'a mapping');
  }
  return fields as Partial<CampaignSpec>;
}

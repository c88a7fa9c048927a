import { relative } from 'node:path';
import { SERVICES } from '@spectrawl/client';
import { stringify } from 'yaml';
import type { PlannedProcess } from './plan.ts';

/**
 * How programs reach the processes: a file for SPECTRAWL_CONNECTION.
 * @param folder where it is to lie
 * @param files those of the caller, by the keys of a connection file
 */
export function connectionFile(
  folder: string,
  planned: readonly PlannedProcess[],
  files: Readonly<Record<string, string>> = {},
): string {
  const called: readonly string[] = SERVICES;
  const addresses = planned.filter(({ name }) => called.includes(name)).map((one) => [one.name, byName(one.address)]);
  return stringify({
    addresses: Object.fromEntries(addresses),
    ...Object.fromEntries(Object.entries(files).map(([key, path]) => [key, relative(folder, path)])),
  });
}

/** Certificates are asked for by the name of a machine. */
export function byName(address: string): string {
  return address.replace('127.0.0.1', 'localhost');
}

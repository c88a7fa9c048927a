import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Machine } from './machine.ts';
import { openResults, type Outcome, type Report } from './results-file.ts';

const MACHINE: Machine = { processor: 'p', cores: 2, memoryGiB: 24, system: 'Linux', node: 'v24', bfloat16: true };
const outcome = (name: string, notRun: string): Outcome => ({ date: '2026-11-23T00:00:00Z', rounds: 7, name, notRun });

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spectrawl-results-'));
  path = join(folder, 'bench/results.json');
});
afterEach(() => rm(folder, { recursive: true }));
const kept = async (): Promise<Report> => JSON.parse(await readFile(path, 'utf8')) as Report;

it('keeps each outcome at once, and what runs before have measured', async () => {
  const first = await openResults(path, MACHINE, ['a', 'b', 'c']);
  await first(outcome('b', 'first'));
  expect(await kept()).toEqual({ machine: MACHINE, benchmarks: [outcome('b', 'first')] });
  await first(outcome('c', 'first'));
  const second = await openResults(path, MACHINE, ['a', 'b', 'c']);
  await second(outcome('a', 'second'));
  await second(outcome('c', 'second'));
  expect((await kept()).benchmarks).toEqual([outcome('a', 'second'), outcome('b', 'first'), outcome('c', 'second')]);
});

it('drops what another machine measured, and benchmarks that are no more', async () => {
  await (
    await openResults(path, MACHINE, ['a', 'b'])
  )(outcome('a', 'first'));
  await (
    await openResults(path, MACHINE, ['b'])
  )(outcome('b', 'second'));
  expect((await kept()).benchmarks).toEqual([outcome('b', 'second')]);
  const faster = { ...MACHINE, cores: 64 };
  await (
    await openResults(path, faster, ['a', 'b'])
  )(outcome('a', 'third'));
  expect(await kept()).toEqual({ machine: faster, benchmarks: [outcome('a', 'third')] });
});

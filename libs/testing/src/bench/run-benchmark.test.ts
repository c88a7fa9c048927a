import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BenchmarkFileError, findBenchmarks, parseBenchmarks } from './benchmark-file.ts';
import type { Benchmark } from './benchmark-file.ts';
import { ContenderError } from './contender-process.ts';
import { describeMachine } from './machine.ts';
import { median, runBenchmark } from './run-benchmark.ts';
import { formatResult } from './table.ts';
import { repositoryRoot } from '../repository-root.ts';

// A real contender: it notes each turn in a file and answers with the rates it is given, one a round, the last one for good.
const CONTENDER = `
  const { appendFileSync } = require('node:fs');
  const [turns, ...rates] = process.argv.slice(1);
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    if (line !== 'run') process.exit(3);
    appendFileSync(turns, process.env.LETTER);
    const rate = rates.length > 1 ? rates.shift() : rates[0];
    console.log(JSON.stringify({ work: Number(rate) * 2, seconds: 2, version: process.env.LETTER + ' 1.0' }));
  });
`;

// A hundred pieces of work, the slowest first, through what contenders of this repository use.
const TIMED = `
  import { answerRuns } from '@spectrawl/testing';
  const milliseconds = Array.from({ length: 100 }, (_, at) => Number(process.argv[1]) * (100 - at));
  await answerRuns({ run: async () => ({ work: 100, milliseconds }) });
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spectrawl-bench-'));
});
afterEach(() => rm(folder, { recursive: true }));

const contender = (letter: string, ...rates: number[]): Benchmark['contenders'][number] => ({
  name: letter,
  command: ['{node}', '-e', CONTENDER, join(folder, 'turns'), ...rates.map(String)],
  env: { LETTER: letter },
});
const options = () => ({ interpreters: { node: process.execPath }, cwd: folder, rounds: 3 });

describe('runBenchmark', () => {
  it('lets the contenders take turns, and leaves the first round out', async () => {
    const benchmark = {
      name: 'b',
      unit: 'rows',
      baseline: 'A',
      contenders: [contender('A', 1, 100), contender('B', 1, 300)],
    };
    const done: number[] = [];
    const result = await runBenchmark(benchmark, { ...options(), onRound: (round) => done.push(round) });
    expect(await readFile(join(folder, 'turns'), 'utf8')).toBe('ABABABAB');
    expect(done).toEqual([1, 2, 3, 4]);
    expect(result.contenders.map(({ rates }) => rates)).toEqual([
      [100, 100, 100],
      [300, 300, 300],
    ]);
    expect(result.contenders[1]).toMatchObject({ version: 'B 1.0', medianRate: 300, ratio: 3 });
  });

  it('takes ratios within a round: a machine that slows down slows both', async () => {
    const slowing = [1, 1000, 100, 10];
    const twice = slowing.map((it) => it * 2);
    const contenders = [contender('A', ...slowing), contender('B', ...twice)];
    const result = await runBenchmark({ name: 'b', unit: 'rows', baseline: 'A', contenders }, options());
    expect(result.contenders.map(({ ratio }) => ratio)).toEqual([1, 2]);
  });

  it('judges the claim of every contender but the baseline', async () => {
    const contenders = [contender('A', 100), contender('B', 150), contender('C', 149)];
    const benchmark = { name: 'b', unit: 'rows', baseline: 'A', contenders, claim: { atLeast: 1.5 } };
    const result = await runBenchmark(benchmark, options());
    expect(result.contenders.map(({ claimMet }) => claimMet)).toEqual([undefined, true, false]);
    const table = formatResult(result);
    expect(table).toMatch(/B \(B 1\.0\) +150 +150–150 +1\.50 +met: ≥ 1\.5/);
    expect(table).toMatch(/C \(C 1\.0\) +149 +149–149 +1\.49 +NOT met: ≥ 1\.5/);
  });

  it('gives the medians of what single pieces of the work took', async () => {
    const timed = (letter: string, milliseconds: number) => ({
      name: letter,
      command: ['{node}', '--conditions=@spectrawl/source', '--input-type=module', '-e', TIMED, String(milliseconds)],
      env: {},
    });
    const contenders = [contender('A', 1), timed('B', 10)];
    const result = await runBenchmark(
      { name: 'b', unit: 'labels', baseline: 'A', contenders },
      { ...options(), cwd: `${repositoryRoot}libs/testing` },
    );
    expect(result.contenders.map(({ latency }) => latency)).toEqual([undefined, { p50: 500, p95: 950, p99: 990 }]);
    const [heading, first, second] = formatResult(result).split('\n').slice(1);
    expect(heading).toMatch(/p50 +p95 +p99/);
    expect(first).not.toContain('ms');
    expect(second).toMatch(/500 ms +950 ms +990 ms$/);
  });

  it('says which contender failed and what it complained of', async () => {
    const broken = { name: 'broken', command: ['{node}', '-e', 'throw new Error("no such file: a.fits")'], env: {} };
    const running = runBenchmark(
      { name: 'b', unit: 'rows', baseline: 'A', contenders: [contender('A', 1), broken] },
      options(),
    );
    await expect(running).rejects.toThrow(ContenderError);
    await expect(running).rejects.toThrow(/"broken" ended with 1\.[^]*no such file: a\.fits/);
  });

  it('says when a program is not there, or answers something else', async () => {
    const against = (command: string[]) => {
      const contenders = [contender('A', 1), { name: 'odd', command, env: {} }];
      return runBenchmark({ name: 'b', unit: 'rows', baseline: 'A', contenders }, options());
    };
    await expect(against(['./no-such-program'])).rejects.toThrow(/"odd" could not be started/);
    await expect(against(['{node}', '-e', 'console.log("ready")'])).rejects.toThrow(/"odd" answered ready/);
    await expect(against(['{node}', '-e', 'console.log(`{"work": 0, "seconds": 1}`)'])).rejects.toThrow(
      /"odd" answered/,
    );
  });
});

it('finds a median that half of the values do not exceed and half do not fall below', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1 }), (values) => {
      const middle = median(values);
      expect(values.filter((it) => it <= middle).length * 2).toBeGreaterThanOrEqual(values.length);
      expect(values.filter((it) => it >= middle).length * 2).toBeGreaterThanOrEqual(values.length);
    }),
  );
});

describe('benchmarks.json', () => {
  const valid = {
    name: 'fits',
    unit: 'files',
    baseline: 'astropy',
    claim: '>= 1.0',
    requires: 'bfloat16',
    servers: ['postgres'],
    contenders: [
      { name: 'astropy', command: ['{python}', 'a.py'] },
      { name: 'spectrawl', command: ['{node}', 'a.ts'], env: { TF_NUM_INTRAOP_THREADS: '1' } },
    ],
  };

  it('is read as it is written', () => {
    const [benchmark] = parseBenchmarks(JSON.stringify([valid]), 'b.json');
    expect(benchmark).toMatchObject({
      name: 'fits',
      claim: { atLeast: 1 },
      requires: 'bfloat16',
      servers: ['postgres'],
    });
    expect(benchmark?.contenders[0]?.env).toEqual({});
  });

  it.each([
    ['{', 'not JSON'],
    ['{}', 'a list of benchmarks'],
    [JSON.stringify([{ ...valid, claims: '>= 1.0' }]), 'has no "claims"'],
    [JSON.stringify([{ ...valid, baseline: 'pyfits' }]), '"pyfits" is none of the contenders'],
    [JSON.stringify([{ ...valid, claim: 'faster' }]), 'reads ">= 1.0"'],
    [JSON.stringify([{ ...valid, requires: 'float8' }]), 'bfloat16 only'],
    [JSON.stringify([{ ...valid, rounds: 4 }]), 'odd number'],
    [JSON.stringify([{ ...valid, servers: ['mongo'] }]), 'a list of kafka, objectServer, postgres'],
    [JSON.stringify([{ ...valid, contenders: [valid.contenders[0]] }]), 'two contenders'],
    [JSON.stringify([{ ...valid, contenders: [valid.contenders[0], valid.contenders[0]] }]), 'one name'],
    [
      JSON.stringify([{ ...valid, contenders: [valid.contenders[0], { name: 'x', command: [] }] }]),
      'the program first',
    ],
  ])('is refused with the reason: %s', (text, reason) => {
    expect(() => parseBenchmarks(text, 'b.json')).toThrow(BenchmarkFileError);
    expect(() => parseBenchmarks(text, 'b.json')).toThrow(reason);
  });

  it('of this repository are all valid, and no two have one name', () => {
    const names = findBenchmarks(repositoryRoot).map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});

it('describes the machine', () => {
  const machine = describeMachine();
  expect(machine.cores).toBeGreaterThan(0);
  expect(machine.processor).not.toBe('');
});

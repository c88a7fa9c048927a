import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readFits } from '../src/index.ts';
import { astropyDump, dumpFile } from './astropy-dump.ts';
import { REAL_SPECTRA } from './real-spectra.ts';

test('every header card and every value of every bundled file is what astropy reads', async () => {
  const files = (readdirSync(REAL_SPECTRA, { recursive: true }) as string[]).filter((path) =>
    /\.fits(\.gz)?$/.test(path),
  );
  expect(files).toHaveLength(559);
  const theirs = await astropyDump(files.map((path) => REAL_SPECTRA + path));
  expect(theirs).toHaveLength(files.length);
  for (const dumped of theirs) {
    const file = readFits(readFileSync(dumped.path), { checksums: 'refuse' });
    expect(dumpFile(dumped.path, file, dumped)).toEqual(dumped);
  }
});

// Contender: reads survey files into arrays of wavelength, flux, uncertainty and mask, as ingestion does.
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { loadSpectra } from '../src/index.ts';

const root = fileURLToPath(new URL('../../testing/data/real-spectra/', import.meta.url));
const [folder = 'lamost-dr1', times = '1'] = process.argv.slice(2);
const paths = readdirSync(root + folder).map((name) => `${root}${folder}/${name}`);

function readAll(): number {
  let pixels = 0;
  for (const path of paths) {
    for (const { flux } of loadSpectra(readFileSync(path), { path })) pixels += flux.length;
  }
  return pixels;
}

readAll();
for await (const line of createInterface({ input: process.stdin })) {
  if (line !== 'run') continue;
  const start = performance.now();
  for (let time = 0; time < Number(times); time++) readAll();
  const seconds = (performance.now() - start) / 1000;
  console.log(JSON.stringify({ work: paths.length * Number(times), seconds }));
}

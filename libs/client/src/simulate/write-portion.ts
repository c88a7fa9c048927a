import { closeSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { spectraTableWriter, type SpectraTableRows } from '@spectrawl/pool';
import { simulatedFits, simulateSpectrum, type SimulatedSpectrum, type Spectrum } from '@spectrawl/spectra';
import { unfinishedPath } from '../files.ts';
import type { Portion, Simulation, TruthRow } from './simulation.ts';

/** Spectra that a table's writer is given at a time. */
const TABLE_ROWS = 64;
/** Digits of the first spectrum's number in a table's name, as in the spectra's ids. */
const NUMBER_DIGITS = 7;

/**
 * Simulates consecutive spectra and writes them: FITS files named by their ids, or one table named by its first spectrum.
 * The bytes depend on the arguments alone.
 * @param onDone told how many spectra were made since it was told before
 */
export async function writePortion(
  simulation: Simulation,
  portion: Portion,
  onDone: (spectra: number) => void,
): Promise<TruthRow[]> {
  return simulation.format === 'fits'
    ? writeFitsFiles(simulation, portion, onDone)
    : await writeTable(simulation, portion, onDone);
}

function writeFitsFiles(simulation: Simulation, portion: Portion, onDone: (spectra: number) => void): TruthRow[] {
  const truth: TruthRow[] = [];
  for (const simulated of simulate(simulation, portion)) {
    writeFileSync(join(simulation.output, `${simulated.spectrum.id}.fits`), simulatedFits(simulated.spectrum));
    truth.push(truthRow(simulated));
    onDone(1);
  }
  return truth;
}

async function writeTable(
  simulation: Simulation,
  portion: Portion,
  onDone: (spectra: number) => void,
): Promise<TruthRow[]> {
  const name = `${simulation.instrument}-${String(portion.first).padStart(NUMBER_DIGITS, '0')}.parquet`;
  const path = join(simulation.output, name);
  const unfinished = unfinishedPath(path);
  const truth: TruthRow[] = [];
  const file = openSync(unfinished, 'w');
  try {
    const writer = spectraTableWriter({ write: (bytes) => writeAll(file, bytes) });
    let rows: Spectrum[] = [];
    const append = async (): Promise<void> => {
      await writer.append(tableRows(rows));
      onDone(rows.length);
      rows = [];
    };
    for (const simulated of simulate(simulation, portion)) {
      rows.push(simulated.spectrum);
      truth.push(truthRow(simulated));
      if (rows.length === TABLE_ROWS) await append();
    }
    if (rows.length > 0) await append();
    await writer.finish();
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, path);
  return truth;
}

function* simulate(
  { instrument, seed, population }: Simulation,
  { first, count }: Portion,
): Generator<SimulatedSpectrum, void> {
  for (let index = first; index < first + count; index++) {
    yield simulateSpectrum({ survey: instrument, seed, index, ...(population && { population }) });
  }
}

function truthRow({ spectrum, truth }: SimulatedSpectrum): TruthRow {
  return { id: spectrum.id, class: truth.shape, kind: truth.kind };
}

function tableRows(spectra: readonly Spectrum[]): SpectraTableRows {
  const metadata = spectra.map((spectrum) => spectrum.metadata);
  return {
    id: spectra.map(({ id }) => id),
    survey: spectra.map(({ survey }) => survey),
    medium: spectra.map(({ medium }) => medium),
    designation: metadata.map(({ designation }) => designation),
    obsid: metadata.map(({ obsid }) => (obsid !== null && /^\d{1,18}$/.test(obsid) ? BigInt(obsid) : null)),
    ra: metadata.map(({ ra }) => ra),
    dec: metadata.map(({ dec }) => dec),
    snr: metadata.map(({ snr }) => snr),
    class: metadata.map((known) => known.class),
    subclass: metadata.map(({ subclass }) => subclass),
    mjd: metadata.map(({ mjd }) => mjd),
    wavelength: spectra.map(({ wavelength }) => wavelength),
    flux: spectra.map(({ flux }) => new Float32Array(flux)),
  };
}

/** A write to a file may take fewer bytes than it is given. */
function writeAll(file: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length;) offset += writeSync(file, bytes, offset);
}

import { DATASUM } from './fits/checksum.ts';
import { FitsError } from './fits/fits-error.ts';
import { readFits } from './fits/read.ts';
import type { FitsFile } from './fits/read.ts';
import { image1d } from './loaders/image-1d.ts';
import { lamostDr1Image, lamostDr2Image } from './loaders/lamost-image.ts';
import { lamostTable } from './loaders/lamost-table.ts';
import type { SpectrumLoader } from './loaders/loader.ts';
import { ondrejov } from './loaders/ondrejov.ts';
import { sdssSpec } from './loaders/sdss-spec.ts';
import { SURVEYS } from './spectrum.ts';
import type { Spectrum, Survey } from './spectrum.ts';
import { UnusableInput, unusableFits } from './unusable-input.ts';

/** Every loader, in the order in which they are asked whether they recognise a file. */
export const LOADERS: readonly SpectrumLoader[] = [
  lamostTable,
  lamostDr2Image,
  lamostDr1Image,
  sdssSpec,
  ondrejov,
  image1d,
];

/** Which loaders to ask: all (`auto`), those of one survey, or the one of that name. */
export type SurveyChoice = 'auto' | Survey | (string & {});

/** What {@link loadSpectra} is told beside the bytes. */
export interface LoadOptions {
  /** The file, as the caller names it: gives the spectrum its id, and messages their place. */
  readonly path: string;
  readonly survey?: SurveyChoice;
  /** The largest file to take, in bytes after gunzip. */
  readonly maxBytes?: number;
}

/** Every choice that {@link loadSpectra} takes as survey. */
export function surveyChoices(): readonly string[] {
  return [...new Set(['auto', ...SURVEYS, ...LOADERS.map(({ name }) => name)])];
}

/** The id of the spectrum in a file: its name without folders, `.gz` and `.fits`, `.fit` or `.fts`. */
export function spectrumId(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return name.replace(/\.gz$/i, '').replace(/\.(fits|fit|fts)$/i, '');
}

/**
 * Reads the spectra of a survey file, gzipped or not.
 * @returns at least one spectrum; features may still be impossible, which extractFeatures tells
 * @throws UnusableInput where the file cannot be used
 * @throws RangeError where `survey` names neither survey nor loader
 */
export function loadSpectra(bytes: Uint8Array, options: LoadOptions): Spectrum[] {
  const { path, survey = 'auto', maxBytes } = options;
  const loaders = LOADERS.filter((loader) => fits(loader, survey));
  if (loaders.length === 0) {
    throw new RangeError(`'${survey}' is no survey: choose one of ${surveyChoices().join(', ')}`);
  }
  try {
    const file = readFits(bytes, maxBytes === undefined ? {} : { maxBytes });
    assertSound(file, path);
    const loader = loaders.find((candidate) => candidate.recognises(file));
    if (loader === undefined) {
      const layouts = loaders.map(({ describes }) => describes).join('; ');
      const message = `It is FITS, but not laid out as any of: ${layouts}. Convert it, or name its survey`;
      throw new UnusableInput('unknown-format', message, { file: path });
    }
    const spectra = loader.load(file, { path, id: spectrumId(path) });
    if (spectra.length === 0) {
      throw new UnusableInput('no-flux', 'Its table has no rows: fetch the spectrum itself', { file: path });
    }
    return spectra;
  } catch (error) {
    if (error instanceof FitsError) throw unusableFits(error, path);
    throw error;
  }
}

/** Whether a loader is among those chosen; plain images may come from any survey without a layout of its own. */
function fits(loader: SpectrumLoader, survey: SurveyChoice): boolean {
  if (survey === 'auto' || loader.name === survey || loader.survey === survey) return true;
  return loader === image1d && (survey === 'indo-us' || survey === 'bess');
}

/** A wrong CHECKSUM beside a right DATASUM means that only the header was edited, which archives do. */
function assertSound(file: FitsFile, path: string): void {
  for (const { kind, hdu, message } of file.warnings) {
    const { header } = file.hdus[hdu]!;
    const damaged = kind === 'datasum-mismatch' || (kind === 'checksum-mismatch' && !header.has(DATASUM));
    if (damaged) throw new UnusableInput('corrupt', `${message}. Fetch the file again`, { file: path, hdu });
  }
}

import {
  addGaussian,
  addLine,
  dopplerShifted,
  GRID_COUNT,
  GRID_START,
  GRID_STEP,
  GRID_WAVELENGTHS,
  HALPHA,
  SPEED_OF_LIGHT,
  velocityToWidth,
} from './fine-grid.ts';
import { LATEST_SUBCLASS, mDwarfBands } from './m-dwarf-bands.ts';
import type { ModelLight } from './model-light.ts';
import { addPhotosphere } from './photosphere.ts';
import type { RandomStream } from './random.ts';
import { FWHM_PER_SIGMA } from './resolution.ts';
import { NII_6548, NII_6583, SII_6716, SII_6731 } from './spectral-lines.ts';

/** Scale of the gamma law (shape 2 for quiet, 3 for active dwarfs: activity grows to later types) of the subclass. */
const SUBCLASS_SCALE = 1.2;

/** Multiplies the continuum with an M dwarf's molecular bands. */
export function addMDwarfBands(stream: RandomStream, light: ModelLight, radialVelocity: number, active: boolean): void {
  const bands = mDwarfBands(Math.min(LATEST_SUBCLASS, stream.gamma(active ? 3 : 2, SUBCLASS_SCALE)));
  const stretch = 1 + radialVelocity / SPEED_OF_LIGHT;
  for (let index = 0; index < GRID_COUNT; index++) {
    const at = (GRID_WAVELENGTHS[index]! / stretch - GRID_START) / GRID_STEP;
    const left = Math.min(GRID_COUNT - 2, Math.max(0, Math.floor(at)));
    const fraction = Math.min(1, Math.max(0, at - left));
    light.continuum[index]! *= bands[left]! + fraction * (bands[left + 1]! - bands[left]!);
  }
}

/** A quiet M dwarf: bands and hardly any Hα. */
export function addQuietMDwarf(stream: RandomStream, light: ModelLight, radialVelocity: number): void {
  addMDwarfBands(stream, light, radialVelocity, false);
  addGaussian(light.photosphere, dopplerShifted(HALPHA, radialVelocity), 0.8, -stream.between(0, 0.06));
}

/** A DA white dwarf: very broad Hα with a narrow core. */
export function addWhiteDwarf(stream: RandomStream, light: ModelLight, radialVelocity: number): void {
  const centre = dopplerShifted(HALPHA, radialVelocity);
  const depth = stream.between(0.15, 0.5);
  const width = stream.between(14, 45);
  const coreDepth = stream.between(0, 0.15);
  const coreSigma = stream.between(1, 2.5);
  for (let index = 0; index < GRID_COUNT; index++) {
    const x = (GRID_WAVELENGTHS[index]! - centre) / width;
    light.photosphere[index]! -= depth / (1 + x * x);
  }
  addGaussian(light.photosphere, centre, coreSigma, -coreDepth);
}

/** Emission lines of star-forming galaxies: vacuum Å and strength relative to Hα. */
const GALAXY_EMISSION: readonly (readonly [number, number])[] = [
  [3728.5, 0.6],
  [4341.7, 0.12],
  [4862.68, 0.3],
  [4960.3, 0.25],
  [5008.24, 0.75],
  [5877.2, 0.08],
  [6302.05, 0.08],
  [NII_6548, 0.13],
  [HALPHA, 1],
  [NII_6583, 0.4],
  [SII_6716, 0.2],
  [SII_6731, 0.16],
];

/** Absorption of old stars in galaxies: vacuum Å and depth. */
const GALAXY_ABSORPTION: readonly (readonly [number, number])[] = [
  [4305, 0.2],
  [4863, 0.1],
  [5183, 0.18],
  [5270, 0.12],
  [5335, 0.1],
  [5895, 0.2],
];

const GALAXY_ABSORPTION_SIGMA = 6;

/** A galaxy: at its redshift any of its lines may lie in the window. Its Hα is not what is looked for. */
export function addGalaxy(stream: RandomStream, light: ModelLight): void {
  const stretch = 1 + stream.gamma(3, 0.035) + 0.004;
  const equivalentWidth = stream.logNormal(10, 0.9);
  const dispersion = stream.between(90, 260);
  for (const [wavelength, strength] of GALAXY_EMISSION) {
    const centre = wavelength * stretch;
    addLine(light.otherLines, centre, velocityToWidth(dispersion, centre), equivalentWidth * strength);
  }
  for (const [wavelength, depth] of GALAXY_ABSORPTION) {
    addGaussian(light.otherLines, wavelength * stretch, GALAXY_ABSORPTION_SIGMA, -depth);
  }
}

/** Broad lines of quasars: vacuum Å and rest equivalent width in Å (Vanden Berk et al. 2001, AJ 122, 549, rounded). */
const QUASAR_LINES: readonly (readonly [number, number])[] = [
  [1215.7, 60],
  [1549, 25],
  [1908.7, 20],
  [2799, 30],
  [4341.7, 15],
  [4862.7, 40],
  [HALPHA, 150],
];
const QUASAR_OIII: readonly [number, number] = [5008.2, 20];
const QUASAR_OIII_FWHM = 500;

/** A quasar: broad lines at any redshift. */
export function addQuasar(stream: RandomStream, light: ModelLight): void {
  const stretch = 1 + stream.between(0.05, 3.6);
  const add = ([wavelength, width]: readonly [number, number], fwhm: number) => {
    const centre = wavelength * stretch;
    const sigma = velocityToWidth(fwhm / FWHM_PER_SIGMA, centre);
    addLine(light.otherLines, centre, sigma, width * stretch * stream.between(0.5, 1.5));
  };
  for (const line of QUASAR_LINES) add(line, stream.between(2000, 9000));
  add(QUASAR_OIII, QUASAR_OIII_FWHM);
}

/** A star of which next to nothing arrived: noise with a hint of absorption. */
export function addFailedExposure(stream: RandomStream, light: ModelLight, radialVelocity: number): void {
  addPhotosphere(stream, light, { type: stream.pick(['F', 'G', 'K']), radialVelocity, rotation: 10 });
  light.signalToNoise = Math.exp(stream.between(Math.log(0.2), Math.log(4)));
}

/** What goes wrong in a spectrograph: an empty fibre, a gap, a ghost or halo, a step where two CCDs were joined. */
export function addInstrumentDefect(stream: RandomStream, light: ModelLight): void {
  const { continuum } = light;
  switch (stream.pick(['empty fibre', 'gap', 'ghost', 'step'])) {
    case 'empty fibre':
      continuum.fill(0);
      break;
    case 'gap': {
      const first = 120 + stream.integer(GRID_COUNT - 240);
      continuum.fill(0, first, first + 60 + stream.integer(640));
      break;
    }
    case 'ghost': {
      const height = stream.between(0.3, 3);
      const centre = stream.between(6480, 6760);
      const ghost = new Float64Array(GRID_COUNT);
      addGaussian(ghost, centre, stream.between(10, 60), height);
      for (let index = 0; index < GRID_COUNT; index++) continuum[index]! *= 1 + ghost[index]!;
      break;
    }
    case 'step': {
      const first = 200 + stream.integer(GRID_COUNT - 400);
      const factor = stream.between(0.4, 1.8);
      for (let index = first; index < GRID_COUNT; index++) continuum[index]! *= factor;
      break;
    }
  }
}

import { airToVacuum } from '../wavelength.ts';
import { addGaussian, GRID_COUNT, HALPHA } from './fine-grid.ts';
import { clamp, totalLight } from './instrument.ts';
import type { Instrument } from './instrument.ts';
import type { RandomStream } from './random.ts';
import { seenAt } from './resolution.ts';
import { TELLURIC_WATER_LINES } from './spectral-lines.ts';

/** Resolving power of the coudé spectrograph at Hα with the 700 mm camera. */
const RESOLVING_POWER = 13_000;
/** Å per pixel of the archive's spectra around Hα. */
const PIXEL_STEP = 0.2567;
/** Reddest pixel of the archive's spectra, Å in air; bluer than BLUE_EDGE the light is not modelled. */
const RED_EDGE = 6732.9;
const BLUE_EDGE = 6452;

const SIGNAL_TO_NOISE = { median: 140, sigma: 0.6, least: 20, greatest: 600 };
/** Depth of the water lines, of strength 1 and natural width, before the resolution makes them shallower. */
const WATER_DEPTH = { median: 0.08, sigma: 0.8, greatest: 0.56, saturated: 0.9 };
const WATER_SIGMA = 0.14;
/** Cosmic-ray hits left in a spectrum: mean number, mean height in continua, greatest width in pixels. */
const COSMIC_RAYS = { mean: 0.25, height: 0.6, width: 3 };
/** Photon noise does not fall below that of this flux: read-out noise. */
const NOISE_FLOOR = 0.02;

/** Transmission of the water lines: strength of absorption on the fine grid. */
const WATER = new Float64Array(GRID_COUNT);
for (const { wavelength, strength } of TELLURIC_WATER_LINES) addGaussian(WATER, wavelength, WATER_SIGMA, strength);

/**
 * The 2 m Perek telescope at Ondřejov: bright stars one by one, continuum about 1, R 13 000, wavelengths in air, water
 * lines of the summer night, cosmic rays.
 */
export const ONDREJOV: Instrument = {
  medium: 'air',
  continuum: { slopeMean: 0, slopeScatter: 0.05, curvatureScatter: 0.025 },
  declinations: { from: -20, to: 85 },
  visibleDip: 0.15,
  radialVelocity: (stream) => stream.normal(0, 25),
  expose(stream, light) {
    const { median, sigma, least, greatest } = SIGNAL_TO_NOISE;
    const drawn = clamp(stream.logNormal(median, sigma), least, greatest);
    return { signalToNoise: light.signalToNoise ?? drawn, fwhm: HALPHA / RESOLVING_POWER };
  },
  observe(stream, light, { signalToNoise, fwhm }) {
    const arriving = totalLight(light, 0);
    const water = Math.min(WATER_DEPTH.greatest, stream.logNormal(WATER_DEPTH.median, WATER_DEPTH.sigma));
    for (let index = 0; index < GRID_COUNT; index++) {
      arriving[index]! *= 1 - Math.min(WATER_DEPTH.saturated, water * WATER[index]!);
    }
    const wavelength = pixelWavelengths(stream);
    const flux = seenAt(wavelength.map(airToVacuum), arriving, fwhm);
    for (let pixel = 0; pixel < flux.length; pixel++) {
      flux[pixel]! += (stream.normal() * Math.sqrt(Math.max(NOISE_FLOOR, flux[pixel]!))) / signalToNoise;
    }
    addCosmicRays(stream, flux);
    return { wavelength, flux };
  },
};

/** Pixels end at the archive's red edge; where between two pixels it falls differs from night to night. */
function pixelWavelengths(stream: RandomStream): Float64Array {
  const last = RED_EDGE - stream.uniform() * PIXEL_STEP;
  const count = Math.floor((last - BLUE_EDGE) / PIXEL_STEP);
  return Float64Array.from({ length: count }, (_, pixel) => last - (count - 1 - pixel) * PIXEL_STEP);
}

function addCosmicRays(stream: RandomStream, flux: Float64Array): void {
  const { mean, height, width } = COSMIC_RAYS;
  for (let hits = stream.poisson(mean); hits > 0; hits--) {
    const first = stream.integer(flux.length - width);
    const end = first + 1 + stream.integer(width);
    const added = stream.exponential(height);
    for (let pixel = first; pixel < end; pixel++) flux[pixel]! += added;
  }
}

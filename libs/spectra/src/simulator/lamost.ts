import { logLinearWavelength } from '../loaders/log-linear.ts';
import { HALPHA } from './fine-grid.ts';
import { clamp, totalLight } from './instrument.ts';
import type { Instrument } from './instrument.ts';
import type { RandomStream } from './random.ts';
import { FWHM_PER_SIGMA, seenAt } from './resolution.ts';
import { NIGHT_SKY_LINES } from './spectral-lines.ts';

/**
 * LAMOST's pixels around Hα: log10 λ(Å, vacuum) = start + step × pixel. The survey's own grid begins at 3.5682; these are
 * its pixels from 6480 to 6790 Å.
 */
export const LAMOST_PIXELS = { start: 3.8116, step: 0.0001, pixels: 204 } as const;

const RESOLVING_POWER = { mean: 1800, scatter: 170, least: 1200, greatest: 2300 };
const SIGNAL_TO_NOISE = { median: 30, sigma: 0.85, least: 3, greatest: 300 };
/** Share of the noise's variance that grows with the star's own light; the rest is of sky and read-out. */
const PHOTON_SHARE = 0.6;
/** Rebinning to the log-linear grid gives each pixel this much of its neighbour's noise. */
const NOISE_CORRELATION = 0.35;
/** Counts of a spectrum of signal to noise 1, and scatter (natural logarithm): counts grow as its square. */
const COUNTS = { scale: 3, sigma: 0.4 };

/** Sky over star at signal to noise SKY.reference, and its scatter; share and factor of fibres with bad subtraction. */
const SKY = { median: 0.5, sigma: 1, reference: 20, residual: 0.04, lineScatter: 0.3, badShare: 0.04, badFactor: 5 };
const SKY_LINE_REACH = 4.5;
/** Cosmic-ray hits left: mean number, mean height in medians; one of four is over-corrected into a hole. */
const COSMIC_RAYS = { mean: 0.05, height: 0.5, width: 2, holeShare: 0.25 };
/** Over-subtraction can take the flux below zero, down to this many continua. */
const DEEPEST_FLUX = -0.3;
/** Keeps the noise of empty fibres above zero. */
const LEAST_LEVEL = 1e-3;

/**
 * LAMOST (Cui et al. 2012, RAA 12, 1197): thousands of fibres at once, R 1800, vacuum wavelengths on a log-linear grid,
 * flux in counts, residuals of night-sky lines, many faint or failed spectra.
 */
export const LAMOST: Instrument = {
  medium: 'vacuum',
  continuum: { slopeMean: -0.03, slopeScatter: 0.035, curvatureScatter: 0.008 },
  declinations: { from: -10, to: 60 },
  visibleDip: 0.08,
  radialVelocity: (stream) => stream.normal(0, 45) + (stream.chance(0.06) ? stream.normal(0, 110) : 0),
  expose(stream, light) {
    const { median, sigma, least, greatest } = SIGNAL_TO_NOISE;
    const drawn = clamp(stream.logNormal(median, sigma), least, greatest);
    const power = stream.normal(RESOLVING_POWER.mean, RESOLVING_POWER.scatter);
    return {
      signalToNoise: light.signalToNoise ?? drawn,
      fwhm: HALPHA / clamp(power, RESOLVING_POWER.least, RESOLVING_POWER.greatest),
    };
  },
  observe(stream, light, { signalToNoise, fwhm }) {
    const wavelength = logLinearWavelength(LAMOST_PIXELS);
    const flux = seenAt(wavelength, totalLight(light, DEEPEST_FLUX), fwhm);
    const level = medianOfMagnitudes(flux) + LEAST_LEVEL;
    const uncertainty = flux.map(
      (value) => (Math.sqrt((PHOTON_SHARE * Math.max(0, value)) / level + 1 - PHOTON_SHARE) * level) / signalToNoise,
    );
    addCorrelatedNoise(stream, flux, uncertainty);
    const skyOverStar = (stream.logNormal(SKY.median, SKY.sigma) * SKY.reference) / signalToNoise;
    const badness = stream.chance(SKY.badShare) ? SKY.badFactor : 1;
    const residual = stream.normal(0, SKY.residual) * skyOverStar * badness * level;
    addSkyResiduals(stream, flux, wavelength, fwhm / FWHM_PER_SIGMA, residual);
    addCosmicRays(stream, flux, level);
    const counts = stream.logNormal(COUNTS.scale, COUNTS.sigma) * signalToNoise ** 2;
    return { wavelength, ...inCounts(flux, uncertainty, counts) };
  },
};

/** Flux and uncertainty in counts, rounded as the survey's files of 32-bit flux and inverse variance round them. */
function inCounts(flux: Float64Array, uncertainty: Float64Array, counts: number) {
  return {
    flux: flux.map((value) => Math.fround(value * counts)),
    uncertainty: uncertainty.map((sigma) => 1 / Math.sqrt(Math.fround(1 / (sigma * counts) ** 2))),
  };
}

function medianOfMagnitudes(values: Float64Array): number {
  const sorted = values.map(Math.abs).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function addCorrelatedNoise(stream: RandomStream, flux: Float64Array, uncertainty: Float64Array): void {
  const scale = 1 / Math.hypot(1, NOISE_CORRELATION);
  let before = stream.normal();
  for (let pixel = 0; pixel < flux.length; pixel++) {
    const own = stream.normal();
    flux[pixel]! += (own + NOISE_CORRELATION * before) * scale * uncertainty[pixel]!;
    before = own;
  }
}

/** Night-sky lines that sky subtraction left, or took too much of: all lines of a fibre alike, about. */
function addSkyResiduals(
  stream: RandomStream,
  flux: Float64Array,
  wavelengths: Float64Array,
  sigma: number,
  amplitude: number,
): void {
  const reach = SKY_LINE_REACH * sigma;
  for (const { wavelength, strength } of NIGHT_SKY_LINES) {
    const height = amplitude * strength * stream.logNormal(1, SKY.lineScatter);
    const first = Math.max(0, pixelAt(wavelength - reach));
    const last = Math.min(flux.length - 1, pixelAt(wavelength + reach));
    for (let pixel = first; pixel <= last; pixel++) {
      flux[pixel]! += height * Math.exp(-0.5 * ((wavelengths[pixel]! - wavelength) / sigma) ** 2);
    }
  }
}

/** The pixel next to a wavelength; may lie outside the spectrum. */
function pixelAt(wavelength: number): number {
  return Math.round((Math.log10(wavelength) - LAMOST_PIXELS.start) / LAMOST_PIXELS.step);
}

function addCosmicRays(stream: RandomStream, flux: Float64Array, level: number): void {
  const { mean, height, width, holeShare } = COSMIC_RAYS;
  for (let hits = stream.poisson(mean); hits > 0; hits--) {
    const first = stream.integer(flux.length - width);
    const end = first + 1 + stream.integer(width);
    const added = stream.exponential(height) * level * (stream.chance(holeShare) ? -1 : 1);
    for (let pixel = first; pixel < end; pixel++) flux[pixel]! += added;
  }
}

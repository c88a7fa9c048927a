import { addGaussian, dopplerShifted, GRID_COUNT, GRID_WAVELENGTHS, HALPHA, velocityToWidth } from './fine-grid.ts';
import type { ModelLight } from './model-light.ts';
import type { RandomStream } from './random.ts';
import { PHOTOSPHERIC_LINES } from './spectral-lines.ts';
import type { TemperatureGroup } from './spectral-lines.ts';

export type SpectralType = 'O' | 'B' | 'A' | 'F' | 'G' | 'K';

/**
 * Equivalent width and width parameter of Hα absorption in Å: medians over 229 SDSS/BOSS template spectra of PyHammer
 * (Kesseli et al. 2017, ApJS 230, 16).
 */
const HALPHA_ABSORPTION: Readonly<Record<SpectralType, { equivalentWidth: number; width: number }>> = {
  O: { equivalentWidth: 4.6, width: 4.2 },
  B: { equivalentWidth: 6, width: 5.6 },
  A: { equivalentWidth: 11, width: 8 },
  F: { equivalentWidth: 5.2, width: 3.6 },
  G: { equivalentWidth: 3.7, width: 2.8 },
  K: { equivalentWidth: 2, width: 1.9 },
};

const TEMPERATURE_GROUP: Readonly<Record<SpectralType, TemperatureGroup>> = {
  O: 'hot',
  B: 'hot',
  A: 'A',
  F: 'F',
  G: 'G',
  K: 'K',
};

/** ∫ (1 + x²)^(−5/4) dx = √π Γ(3/4) / Γ(5/4). */
const STARK_SHAPE_AREA = 2.3963;
const DEEPEST_HALPHA = 0.92;
const DEEPEST_LINE = 0.9;
/** Within each B, Hα grows from B0 to B9.5 between these factors. */
const B_GROWTH = { from: 0.8, to: 1.5 };
/** Standard deviation of a metal line before rotation, Å (thermal, turbulent and of the strengths' resolution). */
const METAL_LINE_SIGMA = 0.18;
const LEAST_ROTATION = 8;
/** A rotational profile of v sin i is near to a Gaussian of σ = v sin i / 1.9. */
const ROTATION_TO_SIGMA = 1.9;
/** Area of a line of strength 1, in Å of standard deviation: keeps the equivalent width while rotation widens it. */
const UNIT_STRENGTH_WIDTH = 0.25 * 0.55;

export interface Photosphere {
  readonly type: SpectralType;
  /** km/s */
  readonly radialVelocity: number;
  /** v sin i, km/s */
  readonly rotation: number;
  /** Strength of metal lines relative to a typical star. */
  readonly metallicity?: number;
}

/**
 * Adds a star's absorption lines to `light`: Hα with Stark-like wings, d / (1 + (Δλ/w)²)^(5/4), whose far wings fall as
 * Δλ^(−5/2) (Griem 1974, Spectral Line Broadening by Plasmas), and the lines of metals and helium.
 */
export function addPhotosphere(stream: RandomStream, light: ModelLight, star: Photosphere): void {
  const { type, radialVelocity, rotation, metallicity = 1 } = star;
  const growth = type === 'B' ? stream.between(B_GROWTH.from, B_GROWTH.to) : 1;
  const equivalentWidth = HALPHA_ABSORPTION[type].equivalentWidth * growth * stream.logNormal(1, 0.16);
  const width = HALPHA_ABSORPTION[type].width * growth * stream.logNormal(1, 0.15);
  const depth = Math.min(DEEPEST_HALPHA, equivalentWidth / (STARK_SHAPE_AREA * width));
  const centre = dopplerShifted(HALPHA, radialVelocity);
  for (let index = 0; index < GRID_COUNT; index++) {
    const x = (GRID_WAVELENGTHS[index]! - centre) / width;
    const base = 1 + x * x;
    const absorption = -depth / (base * Math.sqrt(Math.sqrt(base)));
    light.halphaAbsorption[index] = absorption;
    light.photosphere[index]! += absorption;
  }
  const rotationSigma = velocityToWidth(Math.max(rotation, LEAST_ROTATION), HALPHA) / ROTATION_TO_SIGMA;
  const sigma = Math.hypot(METAL_LINE_SIGMA, rotationSigma);
  const group = TEMPERATURE_GROUP[type];
  for (const line of PHOTOSPHERIC_LINES) {
    const strength = line.strength[group];
    if (strength === 0) continue;
    const lineDepth = (strength * metallicity * stream.logNormal(1, 0.15) * UNIT_STRENGTH_WIDTH) / sigma;
    addGaussian(
      light.photosphere,
      dopplerShifted(line.wavelength, radialVelocity),
      sigma,
      -Math.min(DEEPEST_LINE, lineDepth),
    );
  }
}

/** A typical v sin i of a single star of the type, km/s. */
export function typicalRotation(stream: RandomStream, type: SpectralType): number {
  switch (type) {
    case 'O':
      return 120;
    case 'B':
      return Math.abs(stream.normal(140, 90));
    case 'A':
      return Math.abs(stream.normal(110, 70));
    case 'F':
      return Math.abs(stream.normal(25, 25));
    case 'G':
      return 8;
    case 'K':
      return 6;
  }
}

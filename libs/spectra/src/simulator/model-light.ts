import { GRID_COUNT, GRID_WAVELENGTHS } from './fine-grid.ts';
import type { RandomStream } from './random.ts';

/**
 * The noise-free light of an object on the fine grid, in parts, because the truth looks at Hα alone. What an instrument
 * sees is continuum × (1 + photosphere + halphaEmission + otherLines).
 */
export interface ModelLight {
  /** Slope, curvature, molecular bands; about 1. */
  readonly continuum: Float64Array;
  /** Absorption lines relative to the continuum, 0 or less. */
  readonly photosphere: Float64Array;
  /** The photosphere's Hα alone, kept where emission may stand in it. */
  readonly halphaAbsorption: Float64Array;
  /** Hα emission relative to the continuum; below zero where circumstellar or over-subtracted light is missing. */
  readonly halphaEmission: Float64Array;
  /** All other emission (and redshifted absorption) lines relative to the continuum. */
  readonly otherLines: Float64Array;
  /** Whether `halphaEmission` was used: without it there is nothing for the truth to look at. */
  hasHalpha: boolean;
  /** Signal to noise that the object itself decides (spectra that failed); undefined where the instrument's holds. */
  signalToNoise: number | undefined;
}

/** Scatter of the continuum's slope and curvature over 100 Å, as a survey's flux calibration leaves them. */
export interface ContinuumScatter {
  readonly slopeMean: number;
  readonly slopeScatter: number;
  readonly curvatureScatter: number;
}

const CONTINUUM_PIVOT = 6625;
const CONTINUUM_SCALE = 100;

/** Light with a random smooth continuum and no lines. */
export function featurelessLight(stream: RandomStream, scatter: ContinuumScatter): ModelLight {
  const slope = stream.normal(scatter.slopeMean, scatter.slopeScatter);
  const curvature = stream.normal(0, scatter.curvatureScatter);
  const continuum = new Float64Array(GRID_COUNT);
  for (let index = 0; index < GRID_COUNT; index++) {
    const x = (GRID_WAVELENGTHS[index]! - CONTINUUM_PIVOT) / CONTINUUM_SCALE;
    continuum[index] = 1 + (slope + curvature * x) * x;
  }
  return {
    continuum,
    photosphere: new Float64Array(GRID_COUNT),
    halphaAbsorption: new Float64Array(GRID_COUNT),
    halphaEmission: new Float64Array(GRID_COUNT),
    otherLines: new Float64Array(GRID_COUNT),
    hasHalpha: false,
    signalToNoise: undefined,
  };
}

import type { Medium } from '../spectrum.ts';
import type { ContinuumScatter, ModelLight } from './model-light.ts';
import type { RandomStream } from './random.ts';

/** The circumstances under which one spectrum was taken. */
export interface Exposure {
  /** Signal to noise per pixel in the continuum. */
  readonly signalToNoise: number;
  /** Full width at half maximum of the resolution, Å. */
  readonly fwhm: number;
}

/** Pixels as the survey's pipeline delivers them; arrays of one length. */
export interface ObservedPixels {
  /** Å, in the instrument's medium. */
  readonly wavelength: Float64Array;
  readonly flux: Float64Array;
  /** One standard deviation in the units of the flux, where the survey delivers it. */
  readonly uncertainty?: Float64Array;
}

/** A spectrograph with its survey's habits. */
export interface Instrument {
  readonly medium: Medium;
  readonly continuum: ContinuumScatter;
  /** Declinations that the telescope observes, degrees. */
  readonly declinations: { readonly from: number; readonly to: number };
  /** A dip this deep relative to the emission's height splits it, in the eyes of those who label its spectra. */
  readonly visibleDip: number;
  /** Radial velocity of a random target, km/s. */
  radialVelocity(stream: RandomStream): number;
  /** Circumstances of a random exposure of the object. */
  expose(stream: RandomStream, light: ModelLight): Exposure;
  observe(stream: RandomStream, light: ModelLight, exposure: Exposure): ObservedPixels;
}

/** Continuum × lines as it reaches the spectrograph, on the fine grid; never below `floor` continua. */
export function totalLight(light: ModelLight, floor: number): Float64Array {
  const { continuum, photosphere, halphaEmission, otherLines } = light;
  return continuum.map(
    (level, index) => level * Math.max(floor, 1 + photosphere[index]! + halphaEmission[index]! + otherLines[index]!),
  );
}

/** A number held within limits. */
export function clamp(value: number, least: number, greatest: number): number {
  return Math.min(greatest, Math.max(least, value));
}

import { HALPHA_LINES } from './line-markers.ts';

/** km/s, exact by definition (BIPM, SI brochure). */
const SPEED_OF_LIGHT = 299_792.458;

/** The velocity in km/s at which Hα appears at a vacuum wavelength (Å), by the optical convention; positive recedes. */
export function dopplerVelocity(wavelength: number): number {
  const rest = HALPHA_LINES[0]!.wavelength;
  return (SPEED_OF_LIGHT * (wavelength - rest)) / rest;
}

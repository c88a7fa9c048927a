import type { Medium, Spectrum } from './spectrum.ts';

/**
 * Converts a wavelength measured in air to vacuum with the formula that VALD uses (N. Piskunov, after Morton 2000,
 * ApJS 130, 403), valid from 2000 Å to 100 000 Å.
 * @param air Å
 * @returns Å
 */
export function airToVacuum(air: number): number {
  const s = 1e4 / air;
  const squared = s * s;
  const refraction =
    1 +
    8.336624212083e-5 +
    0.02408926869968 / (130.1065924522 - squared) +
    1.599740894897e-4 / (38.92568793293 - squared);
  return air * refraction;
}

/** A wavelength in Å as it is in vacuum. */
export function toVacuum(wavelength: number, medium: Medium): number {
  return medium === 'air' ? airToVacuum(wavelength) : wavelength;
}

/** The vacuum wavelengths of a spectrum's pixels, in Å. */
export function vacuumWavelength(spectrum: Pick<Spectrum, 'wavelength' | 'medium'>): Float64Array {
  return spectrum.medium === 'vacuum' ? spectrum.wavelength : spectrum.wavelength.map(airToVacuum);
}

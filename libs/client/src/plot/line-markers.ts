import { airToVacuum } from '@spectrawl/spectra';

/** A spectral line or band that is marked in plots. */
export interface LineMarker {
  name: string;
  /** Å in vacuum. */
  wavelength: number;
}

/** Air wavelengths in Å from the NIST Atomic Spectra Database. */
const AROUND_HALPHA = [
  ['Hα', 6562.79],
  ['[N II]', 6548.05],
  ['[N II]', 6583.45],
  ['He I', 6678.15],
  ['[S II]', 6716.44],
  ['[S II]', 6730.82],
] as const;

/** From the same; the heads of the telluric bands of oxygen are Fraunhofer's lines B and A. */
const OPTICAL = [
  ['Hα', 6562.79],
  ['Hβ', 4861.35],
  ['Hγ', 4340.47],
  ['Hδ', 4101.73],
  ['[O III]', 5006.84],
  ['He I', 5875.62],
  ['⊕ B', 6867.19],
  ['⊕ A', 7593.7],
] as const;

/** Lines of the region that the network sees, the most important first. */
export const HALPHA_MARKERS: readonly LineMarker[] = AROUND_HALPHA.map(inVacuum);

/** The strongest lines of an optical spectrum, and the atmosphere's bands, the most important first. */
export const OPTICAL_MARKERS: readonly LineMarker[] = OPTICAL.map(inVacuum);

function inVacuum([name, air]: readonly [string, number]): LineMarker {
  return { name, wavelength: airToVacuum(air) };
}

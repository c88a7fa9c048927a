/** A spectral line that is marked in plots. */
export interface LineMarker {
  name: string;
  /** Å in vacuum. */
  wavelength: number;
}

/** A stretch of the spectrum in which the atmosphere absorbs. */
export interface TelluricBand {
  /** Its absorber, as a label. */
  name: string;
  /** Å in vacuum. */
  from: number;
  to: number;
  /** Whether it is a scatter of faint lines, and nothing absorbs between them. */
  isFaint?: boolean;
}

/**
 * Lines at and around Hα, the most important first. From the air wavelengths that the NIST Atomic Spectra Database gives as
 * observed, brought to vacuum by the formula of `airToVacuum`; SDSS's table of vacuum wavelengths agrees to 0.02 Å.
 */
export const HALPHA_LINES: readonly LineMarker[] = [
  { name: 'Hα', wavelength: 6564.61 },
  { name: '[N II]', wavelength: 6549.86 },
  { name: '[N II]', wavelength: 6585.27 },
  { name: 'He I', wavelength: 6679.99 },
  { name: '[S II]', wavelength: 6718.29 },
  { name: '[S II]', wavelength: 6732.67 },
];

/** Strong lines of the rest of an optical spectrum of a star, from the same source. */
export const OPTICAL_LINES: readonly LineMarker[] = [
  { name: 'Hα', wavelength: 6564.61 },
  { name: 'Hβ', wavelength: 4862.68 },
  { name: 'Hγ', wavelength: 4341.68 },
  { name: 'Hδ', wavelength: 4102.89 },
  { name: 'Ca II K', wavelength: 3934.78 },
  { name: '[O III]', wavelength: 5008.24 },
  { name: 'He I', wavelength: 5877.25 },
  { name: 'Na I', wavelength: 5891.58 },
  { name: 'Ca II', wavelength: 8544.44 },
  { name: 'O I', wavelength: 7774.08 },
];

/**
 * Where the atmosphere absorbs. The heads of O₂'s bands are Fraunhofer's lines B and A (6867.19 Å and 7593.70 Å in air); how far the bands
 * reach follows the transmission of Smette et al. 2015 (A&A 576, A77), rounded to 10 Å.
 */
export const TELLURIC_BANDS: readonly TelluricBand[] = [
  { name: 'O₂ γ', from: 6277, to: 6320, isFaint: true },
  { name: 'H₂O', from: 6470, to: 6600, isFaint: true },
  { name: 'O₂ B', from: 6869, to: 6950 },
  { name: 'H₂O', from: 7160, to: 7350 },
  { name: 'O₂ A', from: 7595.8, to: 7700 },
  { name: 'H₂O', from: 8120, to: 8350 },
  { name: 'H₂O', from: 8940, to: 9800 },
];

/**
 * A physical, seeded simulator of two surveys around Hα: the Ondřejov-like one whose labelled spectra seed a campaign, and
 * the LAMOST-like one that a campaign trawls. Tuned so that the story of Škoda, Podsztavek & Tvrdík (2020, A&A 643, A122)
 * repeats: about 0.6 % visible emission in the sky, few per cent precision before any label.
 *
 * Light is modelled without noise on a fine vacuum grid (fine-grid.ts), in parts: continuum, photosphere, Hα emission,
 * other lines. An instrument smooths it to its resolution, adds what the atmosphere and detectors add, and noise. The
 * truth is the shape a person would see in the noise-free Hα profile at that resolution (truth.ts). Each spectrum has a
 * random stream of its own, keyed by (survey, seed, index).
 *
 * | part | sources |
 * | --- | --- |
 * | disc profiles (disc-profile.ts) | Huang 1972, ApJ 171, 549; Smak 1969, Acta Astron. 19, 155 and 1981, 31, 395; Horne & Marsh 1986, MNRAS 218, 761 (shear); Okazaki 1991, PASJ 43, 75 (one-armed waves) |
 * | Be and other emission stars (emission-stars.ts) | Rivinius, Carciofi & Martayan 2013, A&ARv 21, 69; Poeckert & Marlborough 1979, ApJ 233, 259 (electron scattering) |
 * | nebulae (nebulae.ts) | Osterbrock & Ferland 2006; Storey & Zeippen 2000, MNRAS 312, 813 |
 * | photospheres, M dwarf bands | templates of PyHammer: Kesseli et al. 2017, ApJS 230, 16 |
 * | quasars (other-objects.ts) | Vanden Berk et al. 2001, AJ 122, 549 |
 * | night sky (spectral-lines.ts) | Osterbrock et al. 1996, PASP 108, 277 |
 * | instruments (ondrejov.ts, lamost.ts) | headers and spectra of the two archives; Cui et al. 2012, RAA 12, 1197 |
 */
export { simulatedFits } from './fits-file.ts';
export type { LamostLayout } from './fits-file.ts';
export { EMISSION_KINDS, OBJECT_KINDS } from './object-kinds.ts';
export type { ObjectKind } from './object-kinds.ts';
export { NATURAL_EMISSION_SHARE, ONDREJOV_POPULATION, SKY_POPULATION, skyPopulation } from './populations.ts';
export type { Population } from './populations.ts';
export { SIMULATED_SURVEYS, simulatedSpectrumId, simulateSpectrum } from './survey.ts';
export type { SimulatedSpectrum, SimulatedSurvey, SimulatedTruth, SimulationRequest } from './survey.ts';
export { LINE_SHAPES } from './truth.ts';
export type { LineShape } from './truth.ts';

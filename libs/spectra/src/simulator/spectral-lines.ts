import { airToVacuum } from '../wavelength.ts';

/** Temperature groups in which the strengths of photospheric lines are given, hot to cool. */
export type TemperatureGroup = 'hot' | 'A' | 'F' | 'G' | 'K';

/** A photospheric line, and its strength by temperature group: about its central depth at R ≈ 13 000. */
export interface PhotosphericLine {
  /** Vacuum, Å. */
  readonly wavelength: number;
  readonly strength: Readonly<Record<TemperatureGroup, number>>;
}

type Strengths = readonly [hot: number, a: number, f: number, g: number, k: number];

function photosphericLine(_ion: string, wavelengthInAir: number, [hot, a, f, g, k]: Strengths): PhotosphericLine {
  return { wavelength: airToVacuum(wavelengthInAir), strength: { hot, A: a, F: f, G: g, K: k } };
}

/**
 * The stronger lines near Hα: wavelengths in air from NIST ASD and VALD; strengths by eye from spectra of each group.
 */
export const PHOTOSPHERIC_LINES: readonly PhotosphericLine[] = [
  photosphericLine('Fe II', 6516.08, [0, 0.3, 0.25, 0.2, 0.15]),
  photosphericLine('Fe I', 6546.24, [0, 0, 0.15, 0.35, 0.55]),
  photosphericLine('Ti I', 6554.22, [0, 0, 0.01, 0.06, 0.3]),
  photosphericLine('Ti I', 6556.06, [0, 0, 0.01, 0.06, 0.3]),
  photosphericLine('Fe I', 6569.22, [0, 0, 0.1, 0.22, 0.35]),
  photosphericLine('Ca I', 6572.78, [0, 0, 0.02, 0.1, 0.55]),
  photosphericLine('Fe I', 6574.23, [0, 0, 0.04, 0.1, 0.3]),
  photosphericLine('C II', 6578.05, [0.12, 0, 0, 0, 0]),
  photosphericLine('C II', 6582.88, [0.09, 0, 0, 0, 0]),
  photosphericLine('C I', 6587.61, [0.05, 0.1, 0.08, 0.05, 0.02]),
  photosphericLine('Fe I', 6592.91, [0, 0, 0.12, 0.3, 0.45]),
  photosphericLine('Fe I', 6593.87, [0, 0, 0.1, 0.25, 0.4]),
  photosphericLine('Ti I', 6599.11, [0, 0, 0, 0.03, 0.2]),
  photosphericLine('Fe I', 6609.11, [0, 0, 0.06, 0.16, 0.28]),
  photosphericLine('Fe I', 6633.75, [0, 0, 0.08, 0.18, 0.25]),
  photosphericLine('Ni I', 6643.64, [0, 0, 0.1, 0.25, 0.4]),
  photosphericLine('Fe I', 6663.44, [0, 0, 0.1, 0.23, 0.4]),
  photosphericLine('Fe I', 6677.99, [0, 0.02, 0.16, 0.35, 0.5]),
  photosphericLine('He I', 6678.15, [0.35, 0, 0, 0, 0]),
  photosphericLine('Fe I', 6703.57, [0, 0, 0.04, 0.1, 0.25]),
  photosphericLine('Fe I', 6705.1, [0, 0, 0.06, 0.12, 0.2]),
  photosphericLine('Li I', 6707.8, [0, 0, 0, 0.02, 0.05]),
  photosphericLine('Ca I', 6717.69, [0, 0.05, 0.2, 0.4, 0.7]),
  photosphericLine('Si I', 6721.85, [0, 0, 0.06, 0.1, 0.08]),
  photosphericLine('Fe I', 6726.67, [0, 0, 0.05, 0.12, 0.2]),
];

/** A line that the Earth's atmosphere adds: vacuum wavelength in Å and strength relative to the strongest. */
export interface AtmosphericLine {
  readonly wavelength: number;
  readonly strength: number;
}

function atmosphericLines(inAir: readonly (readonly [wavelengthInAir: number, strength: number])[]): AtmosphericLine[] {
  return inAir.map(([wavelength, strength]) => ({ wavelength: airToVacuum(wavelength), strength }));
}

/** Absorption of water vapour around Hα (wavelengths: C. Buil's list for spectroscopists; strengths approximate). */
export const TELLURIC_WATER_LINES: readonly AtmosphericLine[] = atmosphericLines([
  [6517.727, 0.6],
  [6519.452, 0.8],
  [6523.843, 0.5],
  [6532.359, 0.8],
  [6534.0, 0.4],
  [6536.72, 0.4],
  [6542.313, 0.5],
  [6543.907, 1],
  [6547.705, 0.6],
  [6548.622, 0.9],
  [6552.629, 0.9],
  [6553.785, 0.4],
  [6557.171, 0.7],
  [6558.149, 0.5],
  [6560.555, 0.5],
  [6564.206, 0.5],
  [6568.806, 0.3],
  [6572.086, 0.9],
  [6574.852, 1],
  [6580.786, 0.4],
  [6586.597, 0.3],
  [6594.361, 0.2],
  [6599.325, 0.3],
  [6612.54, 0.2],
]);

/** Night-sky emission: the OH 6–1 band (Osterbrock et al. 1996, PASP 108, 277) and geocoronal Hα, rounded strengths. */
export const NIGHT_SKY_LINES: readonly AtmosphericLine[] = atmosphericLines([
  [6498.729, 0.6],
  [6504.996, 0.3],
  [6522.425, 0.3],
  [6533.044, 1],
  [6544.022, 0.7],
  [6553.617, 1],
  [6562.76, 0.25],
  [6568.779, 0.3],
  [6577.183, 0.6],
  [6596.643, 0.4],
  [6603.99, 0.3],
  [6627.624, 0.15],
  [6634.229, 0.15],
  [6661.793, 0.1],
]);

/** Forbidden nebular doublets near Hα, vacuum Å. */
export const NII_6548 = 6549.86;
export const NII_6583 = 6585.27;
export const SII_6716 = 6718.29;
export const SII_6731 = 6732.67;

/** [N II] 6583 over 6548: both come from one upper level (Storey & Zeippen 2000, MNRAS 312, 813). */
export const NII_RATIO = 3.05;

/** He I 6678, vacuum Å. */
export const HE_I_6678 = 6680;
/** Li I 6708 (blend of the doublet), vacuum Å. */
export const LI_I_6708 = 6709.6;

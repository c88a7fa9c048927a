const ANGSTROMS: Readonly<Record<string, number>> = {
  angstrom: 1,
  angstroms: 1,
  a: 1,
  å: 1,
  nm: 10,
  nanometer: 10,
  nanometers: 10,
  um: 1e4,
  micron: 1e4,
  microns: 1e4,
  mm: 1e7,
  m: 1e10,
};

/** Å of one unit of wavelength as FITS headers name it; undefined for a unit that is none. */
export function angstromsOf(unit: string): number | undefined {
  return ANGSTROMS[unit.trim().toLowerCase()];
}

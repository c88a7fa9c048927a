import type { VotableField } from './table.ts';

/** How tables that are published name a spectrum and its place on the sky, with words of UCD1+ (IVOA Recommendation 1.5). */
export const SPECTRUM_FIELDS: readonly VotableField[] = [
  { name: 'spectrum_id', datatype: 'text', ucd: 'meta.id;meta.main', description: 'Spectrum in the pool' },
  { name: 'designation', datatype: 'text', ucd: 'meta.id', description: "The survey's name of the object" },
  {
    name: 'ra',
    datatype: 'double',
    unit: 'deg',
    ucd: 'pos.eq.ra;meta.main',
    description: 'Right ascension',
    inCoordinateSystem: true,
  },
  {
    name: 'dec',
    datatype: 'double',
    unit: 'deg',
    ucd: 'pos.eq.dec;meta.main',
    description: 'Declination',
    inCoordinateSystem: true,
  },
  { name: 'snr', datatype: 'float', ucd: 'stat.snr', description: 'Signal-to-noise ratio that the survey states' },
];

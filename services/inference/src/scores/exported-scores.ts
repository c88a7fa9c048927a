import { SPECTRUM_FIELDS, type VotableField } from '@spectrawl/spectra';

/** Columns of an exported table of scores, with words of UCD1+ (IVOA Recommendation 1.5). */
export function exportedFields(classes: readonly string[], withKnown: boolean): VotableField[] {
  return [
    ...SPECTRUM_FIELDS,
    { name: 'class', datatype: 'text', ucd: 'meta.code.class', description: 'Most probable class' },
    {
      name: 'emission_probability',
      datatype: 'float',
      ucd: 'stat.probability',
      description: `1 - probability of ${classes[0]}`,
    },
    ...classes.map((name): VotableField => ({
      name: probabilityColumn(name),
      datatype: 'float',
      ucd: 'stat.probability',
      description: `Probability of ${name}`,
    })),
    {
      name: 'uncertainty',
      datatype: 'float',
      ucd: 'stat.value',
      description: "Value of the campaign's query strategy",
    },
    { name: 'labelled', datatype: 'boolean', ucd: 'meta.code', description: 'Labelled, or asked, before this scoring' },
    ...(withKnown
      ? ([
          {
            name: 'known_object',
            datatype: 'text',
            ucd: 'meta.id.cross',
            description: 'Nearest object of the catalogue',
          },
          {
            name: 'separation',
            datatype: 'double',
            unit: 'arcsec',
            ucd: 'pos.angDistance',
            description: 'Distance to it',
          },
        ] satisfies VotableField[])
      : []),
  ];
}

/** The column of a class: a name that every format and TOPCAT's expressions take. */
export function probabilityColumn(className: string): string {
  return `probability_${className.toLowerCase().replace(/[^a-z0-9]+/g, '_')}`;
}

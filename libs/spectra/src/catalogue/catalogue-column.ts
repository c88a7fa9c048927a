/** A column of a catalogue as it stands in the file. */
export interface CatalogueColumn {
  name: string;
  /** Words of UCD1 or UCD1+; empty where the file has none. */
  ucd: string;
  /** Empty where the file has none. */
  unit: string;
  /** One a row, as numbers or text; NaN and empty text are missing values. Read when it is asked for. */
  cells: () => Float64Array | readonly string[];
}

/** The first table of a file. */
export interface CatalogueTable {
  format: 'csv' | 'votable' | 'fits';
  rows: number;
  columns: readonly CatalogueColumn[];
}

/** What a column's cells hold. 'text' may be any Unicode; 'long' takes bigints or safe integers. */
export type VotableDatatype = 'boolean' | 'short' | 'int' | 'long' | 'float' | 'double' | 'text';

/** A cell. A list fills a column with `arraysize`; null is a missing value. */
export type VotableCell = VotableScalar | readonly VotableScalar[] | null;
export type VotableScalar = boolean | number | bigint | string;

/** A column. */
export interface VotableField {
  name: string;
  datatype: VotableDatatype;
  /** Numbers a cell holds: a fixed length, or '*' for any. Not for text. One number if not given. */
  arraysize?: number | '*';
  /** In the syntax of VOUnits, such as 'deg', 'nm', 'km.s-1' ('Angstrom' is deprecated there). */
  unit?: string;
  /** What the column means, in the words of UCD1+, such as 'pos.eq.ra;meta.main'. */
  ucd?: string;
  description?: string;
  /** The table's coordinate system applies to the column. */
  inCoordinateSystem?: boolean;
  /** 'timestamp' for text in ISO 8601. */
  xtype?: 'timestamp';
}

/** A constant of the whole table: a column whose cells are all the same. */
export interface VotableParam extends VotableField {
  value: VotableScalar | readonly VotableScalar[];
}

/** A fact about the table's origin: model, seed, software, citation. */
export interface VotableInfo {
  name: string;
  value: string;
}

/** A table to write: its cells come row by row, in the order of the fields. */
export interface VotableTable {
  /** What the table is called, without spaces. */
  name: string;
  description?: string;
  infos?: readonly VotableInfo[];
  params?: readonly VotableParam[];
  /** Declares positions as ICRS, at an epoch such as 'J2000' if given. */
  coordinateSystem?: { system: 'ICRS'; epoch?: string };
  fields: readonly VotableField[];
  rows: Iterable<readonly VotableCell[]>;
}

/** A table that VOTable can't hold. The message names the row and column. */
export class VotableError extends Error {
  override readonly name = 'VotableError';
}

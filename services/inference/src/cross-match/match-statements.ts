import type { Parameter } from '@spectrawl/parquet-query';

/** Edge of the cells into which space is divided, as a part of the sphere's radius: some 3 arc minutes, a spectrum or so. */
const CELL = 1e-3;
const ARCSECONDS_A_RADIAN = (180 * 3600) / Math.PI;

export interface MatchFiles {
  /** Positions of the catalogue: row, ra, dec, name. */
  catalogue: string;
  /** The pool's shards, by number. */
  shards: readonly string[];
}

interface Statement {
  sql: string;
  parameters: Record<string, Parameter>;
}

/**
 * Makes a table of all pairs of a catalogue's row and a spectrum within the radius: row, shard, rownr, separation in arc seconds.
 *
 * Positions become points of the unit sphere, where nothing happens at the poles or at 0 hours, and points within reach of each
 * other lie in the same cell of space or in one beside it: each catalogue's point is put into every cell that it reaches.
 * The separation is that of the chord, which is exact for small angles.
 * @param radius arc seconds, at most a minute
 */
export function pairsStatement({ catalogue, shards }: MatchFiles, radius: number, table: string): Statement {
  const chord = 2 * Math.sin(radius / ARCSECONDS_A_RADIAN / 2);
  const axes = ['x', 'y', 'z'] as const;
  const point = `cos(radians(dec)) * cos(radians(ra)) AS x, cos(radians(dec)) * sin(radians(ra)) AS y, sin(radians(dec)) AS z`;
  const cell = (axis: string): string => `floor(${axis} / $cell)::INTEGER AS c${axis}`;
  // Rounding must not lose who lies on the edge of a cell.
  const reached = (axis: string): string =>
    `unnest(range(floor((${axis} - $reach) / $cell)::INTEGER, floor((${axis} + $reach) / $cell)::INTEGER + 1)) AS c${axis}`;
  const spread = axes.reduce((from, axis) => `SELECT *, ${reached(axis)} FROM (${from})`, 'SELECT * FROM objects');
  return {
    sql: `CREATE TABLE ${table} AS
      WITH objects AS (SELECT "row", ${point} FROM read_parquet($catalogue)),
      near AS (${spread}),
      spectra AS (
        SELECT *, ${axes.map(cell).join(', ')} FROM (
          SELECT file_index AS shard, file_row_number AS rownr, ${point} FROM read_parquet($shards, file_row_number = true)
          WHERE isfinite(ra) AND dec BETWEEN -90 AND 90)),
      pairs AS (
        SELECT "row", shard, rownr, sqrt(pow(near.x - spectra.x, 2) + pow(near.y - spectra.y, 2) + pow(near.z - spectra.z, 2)) AS chord
        FROM spectra JOIN near ON spectra.cx = near.cx AND spectra.cy = near.cy AND spectra.cz = near.cz)
      SELECT "row", shard, rownr, 2 * asin(chord / 2) * $arcseconds AS separation FROM pairs WHERE chord <= $chord`,
    parameters: {
      catalogue,
      shards,
      cell: CELL,
      reach: chord + 1e-12,
      chord,
      arcseconds: ARCSECONDS_A_RADIAN,
    },
  };
}

/** The catalogue's rows, each with the nearest spectrum, where there is one. Of equally near ones the first in the pool. */
export function rowsStatement({ catalogue, shards }: MatchFiles, pairs: string): Statement {
  return {
    sql: `WITH nearest AS (
        SELECT "row", arg_min({shard: shard, rownr: rownr}, {separation: separation, shard: shard, rownr: rownr}) AS place, min(separation) AS separation
        FROM ${pairs} GROUP BY "row"),
      named AS (
        SELECT nearest."row", id, separation FROM nearest JOIN (
          SELECT file_index AS shard, file_row_number AS rownr, id FROM read_parquet($shards, file_row_number = true)) AS spectra
        ON nearest.place.shard = spectra.shard AND nearest.place.rownr = spectra.rownr)
      SELECT "row", objects.name AS name, ra, dec, named.id AS spectrum_id, named.separation AS separation
      FROM read_parquet($catalogue) AS objects LEFT JOIN named USING ("row") ORDER BY "row"`,
    parameters: { catalogue, shards },
  };
}

/** The spectra near an object of the catalogue, each with the nearest: shard, row, name, separation. */
export function knownStatement({ catalogue }: MatchFiles, pairs: string): Statement {
  return {
    sql: `WITH nearest AS (
        SELECT shard, rownr, arg_min("row", {separation: separation, number: "row"}) AS object, min(separation) AS separation
        FROM ${pairs} GROUP BY shard, rownr)
      SELECT shard::INTEGER AS shard, rownr::INTEGER AS "row",
        CASE WHEN name = '' THEN objects."row"::VARCHAR ELSE name END AS name, separation
      FROM nearest JOIN read_parquet($catalogue) AS objects ON nearest.object = objects."row" ORDER BY shard, rownr`,
    parameters: { catalogue },
  };
}

import type { Row } from '@spectrawl/parquet-query';

/** A scored spectrum with what the survey states of it; null where it states nothing. */
export interface ScoredRow {
  id: string;
  /** Name of the most probable class. */
  class: string;
  emission: number;
  probabilities: number[];
  uncertainty: number;
  labelled: boolean;
  designation: string | null;
  ra: number | null;
  dec: number | null;
  snr: number | null;
  /** The nearest object of the catalogue that was asked for. */
  known: { name: string; separation: number } | null;
}

/** Reads a row of `rowsStatement`. @param classes in the order of the probabilities */
export function scoredRow(row: Row, classes: readonly string[]): ScoredRow {
  const probabilities = row['probabilities'] as number[];
  const separation = (row['separation'] ?? null) as number | null;
  return {
    id: row['id'] as string,
    class: classes[probabilities.indexOf(Math.max(...probabilities))] ?? '',
    emission: row['emission'] as number,
    probabilities,
    uncertainty: row['uncertainty'] as number,
    labelled: row['labelled'] as boolean,
    designation: row['designation'] as string | null,
    ra: row['ra'] as number | null,
    dec: row['dec'] as number | null,
    snr: row['snr'] as number | null,
    known: separation === null ? null : { name: row['name'] as string, separation },
  };
}

import { Inject, Injectable } from '@nestjs/common';
import { sql, type ServiceDatabase, type Transaction } from '@spectrawl/database';
import { DATABASE } from '@spectrawl/runtime';
import { rightAscensionsAround, separation, type SkyPosition } from './sky-separation.ts';
import type { Tables } from './tables.ts';

/** What the rows of a shard say of where they lie, in the shard's order. */
export interface SkyColumns {
  /** Degrees, ICRS; NaN where the survey gives none. */
  ra: Float64Array;
  dec: Float64Array;
  designation: readonly (string | null)[];
}

/** A spectrum by its place in the pool. */
export interface IndexedSpectrum {
  shard: number;
  row: number;
  /** Arcseconds; absent where only the name says that it is the same object. */
  separation?: number;
}

const ARCSECONDS = 3600;
/** Rows of one statement. */
const ROWS_A_STATEMENT = 8192;

/** Where the pools' spectra lie on the sky. */
@Injectable()
export class SkyIndex {
  constructor(@Inject(DATABASE) private readonly database: ServiceDatabase<Tables>) {}

  /** Enters the rows of a shard, whose flag the caller sets. Arrays as parameters: one a value would take ten times as long. */
  async enter(tx: Transaction<Tables>, poolId: string, shard: number, columns: SkyColumns): Promise<void> {
    const { ra, dec, designation } = columns;
    const isPlaced = (row: number): boolean => Number.isFinite(ra[row]) && Number.isFinite(dec[row]);
    const rows = designation.map((_, row) => row);
    const placed = rows.filter(isPlaced);
    for (let start = 0; start < placed.length; start += ROWS_A_STATEMENT) {
      const some = placed.slice(start, start + ROWS_A_STATEMENT);
      await sql`
        INSERT INTO sky_positions (pool_id, shard, row, ra, dec)
        SELECT ${poolId}, ${shard}::integer, row, ra, dec
        FROM unnest(${some}::integer[], ${some.map((row) => ra[row]!)}::double precision[],
          ${some.map((row) => dec[row]!)}::double precision[]) AS added (row, ra, dec)
      `.execute(tx);
    }
    const named = rows.filter((row) => !isPlaced(row) && designation[row]);
    for (let start = 0; start < named.length; start += ROWS_A_STATEMENT) {
      const some = named.slice(start, start + ROWS_A_STATEMENT);
      await sql`
        INSERT INTO sky_positions (pool_id, shard, row, designation)
        SELECT ${poolId}, ${shard}::integer, row, designation
        FROM unnest(${some}::integer[], ${some.map((row) => designation[row]!)}::text[]) AS added (row, designation)
      `.execute(tx);
    }
  }

  /** The spectra of a pool within a circle, nearest first. @param radius arcseconds */
  async around(poolId: string, centre: SkyPosition, radius: number): Promise<IndexedSpectrum[]> {
    const margin = radius / ARCSECONDS + 1e-9;
    const found = await this.database.db
      .selectFrom('sky_positions')
      .select(['shard', 'row', 'ra', 'dec'])
      .where('dec', '>=', centre.dec - margin)
      .where('dec', '<=', centre.dec + margin)
      .where('pool_id', '=', poolId)
      .where(({ or, and, eb }) =>
        or(
          rightAscensionsAround(centre, radius).map(({ from, to }) => and([eb('ra', '>=', from), eb('ra', '<=', to)])),
        ),
      )
      .execute();
    return found
      .map(({ shard, row, ra, dec }) => ({ shard, row, separation: separation(centre, { ra: ra!, dec: dec! }) }))
      .filter((each) => each.separation <= radius)
      .sort((a, b) => a.separation - b.separation || a.shard - b.shard || a.row - b.row);
  }

  /** The spectra of a pool that have no position, but this name. */
  async named(poolId: string, designation: string): Promise<IndexedSpectrum[]> {
    return await this.database.db
      .selectFrom('sky_positions')
      .select(['shard', 'row'])
      .where('designation', '=', designation)
      .where('pool_id', '=', poolId)
      .orderBy('shard')
      .orderBy('row')
      .execute();
  }
}

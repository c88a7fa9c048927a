import { Inject, Injectable } from '@nestjs/common';
import { numberAfter, type PageRequest } from '@spectrawl/grpc';
import { ScoredPools } from '../scores/scored-pools.ts';
import { CrossMatchRepository } from './cross-match.repository.ts';

/** What became of a row of a catalogue. */
export interface CatalogueMatchRow {
  row: number;
  name: string;
  ra: number;
  dec: number;
  spectrumId: string | null;
  separation: number | null;
}

@Injectable()
export class ListCatalogueMatches {
  constructor(
    @Inject(ScoredPools) private readonly pools: ScoredPools,
    @Inject(CrossMatchRepository) private readonly crossMatches: CrossMatchRepository,
  ) {}

  /**
   * Rows of a catalogue by number, one beyond the size of the page.
   * @param matched absent: all of them
   * @throws {ServiceError} CROSS_MATCH_NOT_FOUND, BAD_PAGE_TOKEN
   */
  async list(
    campaignId: string,
    name: string,
    matched: boolean | undefined,
    { size, after }: PageRequest,
  ): Promise<CatalogueMatchRow[]> {
    const { rows_key: key } = await this.crossMatches.crossMatch(campaignId, name);
    const chosen = matched === undefined ? '' : `AND spectrum_id IS ${matched ? 'NOT NULL' : 'NULL'}`;
    const found = await this.pools.useObject(key, (file, queries) =>
      queries.rows(`SELECT * FROM read_parquet($file) WHERE "row" > $after ${chosen} ORDER BY "row" LIMIT $limit`, {
        file,
        after: numberAfter(after, 0),
        limit: size + 1,
      }),
    );
    return found.map((row) => ({
      row: Number(row['row']),
      name: row['name'] as string,
      ra: row['ra'] as number,
      dec: row['dec'] as number,
      spectrumId: row['spectrum_id'] as string | null,
      separation: row['separation'] as number | null,
    }));
  }
}

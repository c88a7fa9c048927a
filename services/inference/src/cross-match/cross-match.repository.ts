import { Inject, Injectable } from '@nestjs/common';
import { jsonb, type Selectable, type ServiceDatabase } from '@spectrawl/database';
import { ServiceError, type PageRequest } from '@spectrawl/grpc';
import { DATABASE } from '@spectrawl/runtime';
import type { CrossMatchesTable, Tables } from '../tables.ts';

export type CrossMatchRow = Selectable<CrossMatchesTable>;

@Injectable()
export class CrossMatchRepository {
  constructor(@Inject(DATABASE) private readonly database: ServiceDatabase<Tables>) {}

  /** @throws {ServiceError} CROSS_MATCH_NOT_FOUND */
  async crossMatch(campaignId: string, name: string): Promise<CrossMatchRow> {
    const row = await this.database.db
      .selectFrom('cross_matches')
      .selectAll()
      .where('campaign_id', '=', campaignId)
      .where('name', '=', name)
      .executeTakeFirst();
    if (row) return row;
    throw new ServiceError(
      'CROSS_MATCH_NOT_FOUND',
      `campaign "${campaignId}" has no cross-match "${name}": see ListCrossMatches, or send the catalogue with CrossMatchCatalogue`,
    );
  }

  async crossMatches(campaignId: string, { size, after }: PageRequest): Promise<CrossMatchRow[]> {
    return await this.database.db
      .selectFrom('cross_matches')
      .selectAll()
      .where('campaign_id', '=', campaignId)
      .where('name', '>', after ?? '')
      .orderBy('name')
      .limit(size + 1)
      .execute();
  }

  /** Keeps a cross-match instead of an earlier one of its name. */
  async keep(row: CrossMatchRow): Promise<void> {
    const { campaign_id: campaignId, name, ...rest } = row;
    const values = { ...rest, problems: jsonb(row.problems), columns: jsonb(row.columns) };
    await this.database.db
      .insertInto('cross_matches')
      .values({ campaign_id: campaignId, name, ...values })
      .onConflict((conflict) => conflict.columns(['campaign_id', 'name']).doUpdateSet(values))
      .execute();
  }
}

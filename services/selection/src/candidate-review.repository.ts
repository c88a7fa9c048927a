import { Inject, Injectable } from '@nestjs/common';
import type { Insertable, Selectable, ServiceDatabase } from '@spectrawl/database';
import { numberAfter, type PageRequest } from '@spectrawl/grpc';
import { DATABASE } from '@spectrawl/runtime';
import type { CandidateReviewsTable, ReviewVerdict, Tables } from './tables.ts';

export type CandidateReviewRow = Selectable<CandidateReviewsTable>;

/** Which reviews of a campaign. */
export interface ReviewFilter {
  /** Also those that a later one replaces. */
  withReplaced: boolean;
  /** Empty: of any spectrum. */
  spectrumIds: readonly string[];
  verdict: ReviewVerdict | undefined;
}

/** The log of reviews: rows are added and read, never changed. */
@Injectable()
export class CandidateReviewRepository {
  constructor(@Inject(DATABASE) private readonly database: ServiceDatabase<Tables>) {}

  /** Adds a review; one of the same request is given back as it was kept. */
  async add(review: Insertable<CandidateReviewsTable>): Promise<CandidateReviewRow> {
    await this.database.db
      .insertInto('candidate_reviews')
      .values(review)
      .onConflict((conflict) => conflict.column('request_id').doNothing())
      .execute();
    return await this.database.db
      .selectFrom('candidate_reviews')
      .selectAll()
      .where('request_id', '=', review.request_id)
      .executeTakeFirstOrThrow();
  }

  /** By their place in the log, one beyond the size of the page. @throws {ServiceError} BAD_PAGE_TOKEN */
  async reviews(
    campaignId: string,
    { withReplaced, spectrumIds, verdict }: ReviewFilter,
    { size, after }: PageRequest,
  ): Promise<CandidateReviewRow[]> {
    let query = this.database.db
      .selectFrom('candidate_reviews as review')
      .selectAll()
      .where('review.campaign_id', '=', campaignId)
      .where('review.position', '>', numberAfter(after, 0));
    if (spectrumIds.length > 0) query = query.where('review.spectrum_id', 'in', spectrumIds);
    if (verdict !== undefined) query = query.where('review.verdict', '=', verdict);
    if (!withReplaced) {
      query = query.where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('candidate_reviews as later')
              .select('later.position')
              .whereRef('later.campaign_id', '=', 'review.campaign_id')
              .whereRef('later.spectrum_id', '=', 'review.spectrum_id')
              .whereRef('later.position', '>', 'review.position'),
          ),
        ),
      );
    }
    return await query
      .orderBy('review.position')
      .limit(size + 1)
      .execute();
  }

  /** The latest review of each spectrum of a campaign. */
  async latest(campaignId: string): Promise<Map<string, CandidateReviewRow>> {
    const rows = await this.database.db
      .selectFrom('candidate_reviews')
      .selectAll()
      .where('campaign_id', '=', campaignId)
      .orderBy('position')
      .execute();
    return new Map(rows.map((row) => [row.spectrum_id, row]));
  }
}

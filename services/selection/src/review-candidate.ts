import { Inject, Injectable } from '@nestjs/common';
import { Verdict, type ReviewCandidateRequest } from '@spectrawl/contracts';
import { requireOwnName, ServiceError, type Caller } from '@spectrawl/grpc';
import { CLOCK, type Clock } from '@spectrawl/runtime';
import { CampaignRepository } from './campaign.repository.ts';
import { CandidateReviewRepository, type CandidateReviewRow } from './candidate-review.repository.ts';
import type { ReviewVerdict } from './tables.ts';

/** Limits of the contract, characters. */
const LONGEST = { requestId: 64, spectrumId: 256, annotator: 100, comment: 2000 };

/** The verdicts of the contract in words; what is not here may not be given. */
export const VERDICT_WORDS: Partial<Record<Verdict, ReviewVerdict>> = {
  [Verdict.ACCEPTED]: 'accepted',
  [Verdict.REJECTED]: 'rejected',
  [Verdict.UNDECIDED]: 'undecided',
};

/** Keeps what somebody thinks of a spectrum. */
@Injectable()
export class ReviewCandidate {
  constructor(
    @Inject(CampaignRepository) private readonly campaigns: CampaignRepository,
    @Inject(CandidateReviewRepository) private readonly reviews: CandidateReviewRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Whether the pool has the spectrum is not asked: ingestion owns that, and who reviews has seen it.
   * @throws {ServiceError} BAD_REQUEST, NOT_YOUR_NAME, CAMPAIGN_NOT_FOUND
   */
  async review(request: ReviewCandidateRequest, caller: Caller): Promise<CandidateReviewRow> {
    const { requestId, campaignId, spectrumId, annotator, comment } = request;
    requireOwnName(caller, annotator);
    for (const [name, text] of Object.entries({ requestId, spectrumId, annotator })) {
      const most = LONGEST[name as keyof typeof LONGEST];
      if (text === '' || text.length > most)
        throw new ServiceError('BAD_REQUEST', `${name} has ${text.length} characters: give 1 to ${most}`);
    }
    if (comment.length > LONGEST.comment) {
      throw new ServiceError(
        'BAD_REQUEST',
        `comment has ${comment.length} characters: give at most ${LONGEST.comment}`,
      );
    }
    const verdict = VERDICT_WORDS[request.verdict];
    if (verdict === undefined) {
      throw new ServiceError(
        'BAD_REQUEST',
        'verdict is missing: give VERDICT_ACCEPTED, VERDICT_REJECTED or VERDICT_UNDECIDED',
      );
    }
    await this.campaigns.campaign(campaignId);
    return await this.reviews.add({
      request_id: requestId,
      campaign_id: campaignId,
      spectrum_id: spectrumId,
      verdict,
      comment,
      annotator,
      create_time: this.clock(),
    });
  }
}

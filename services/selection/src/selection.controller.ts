import { Inject, Injectable } from '@nestjs/common';
import {
  Verdict,
  type CreateCampaignRequest,
  type ExportCatalogueRequest,
  type GetCampaignRequest,
  type ListCampaignsRequest,
  type ListCandidateReviewsRequest,
  type ListCandidatesRequest,
  type ReviewCandidateRequest,
  type ListIterationsRequest,
  type SelectionService,
} from '@spectrawl/contracts';
import { numberAfter, page, pageRequest, ServiceError, type CallContext, type ServiceHandlers } from '@spectrawl/grpc';
import { CampaignRepository, type CampaignRow } from './campaign.repository.ts';
import { CandidateReviewRepository } from './candidate-review.repository.ts';
import { CreateCampaign } from './create-campaign.ts';
import { ExportCatalogue } from './export-catalogue.ts';
import { campaignMessage, candidateMessage, iterationMessage, reviewMessage } from './messages.ts';
import { PauseCampaign } from './pause-campaign.ts';
import { ResumeCampaign } from './resume-campaign.ts';
import { ReviewCandidate, VERDICT_WORDS } from './review-candidate.ts';
import { StartCampaign } from './start-campaign.ts';
import { StopCampaign } from './stop-campaign.ts';
import { WatchCampaign } from './watch-campaign.ts';

type CampaignRequest = Pick<GetCampaignRequest, 'campaignId'>;

/** Limit of the contract. */
const MOST_IDS = 1000;

/** Translates between the contract and the use cases. */
@Injectable()
export class SelectionController implements ServiceHandlers<typeof SelectionService> {
  constructor(
    @Inject(CampaignRepository) private readonly campaigns: CampaignRepository,
    @Inject(CreateCampaign) private readonly creating: CreateCampaign,
    @Inject(StartCampaign) private readonly starting: StartCampaign,
    @Inject(PauseCampaign) private readonly pausing: PauseCampaign,
    @Inject(ResumeCampaign) private readonly resuming: ResumeCampaign,
    @Inject(StopCampaign) private readonly stopping: StopCampaign,
    @Inject(WatchCampaign) private readonly watching: WatchCampaign,
    @Inject(ExportCatalogue) private readonly exporting: ExportCatalogue,
    @Inject(ReviewCandidate) private readonly reviewing: ReviewCandidate,
    @Inject(CandidateReviewRepository) private readonly reviews: CandidateReviewRepository,
  ) {}

  async createCampaign(request: CreateCampaignRequest) {
    return await this.#answer(await this.creating.create(request));
  }

  async getCampaign({ campaignId }: CampaignRequest) {
    return await this.#answer(await this.campaigns.campaign(campaignId));
  }

  async listCampaigns(request: ListCampaignsRequest) {
    const { size, after } = pageRequest(request);
    const { rows, nextPageToken } = page(
      await this.campaigns.campaigns({ size, after }),
      size,
      (row) => row.campaign_id,
    );
    return { campaigns: await Promise.all(rows.map((row) => this.#message(row))), nextPageToken };
  }

  async startCampaign({ campaignId }: CampaignRequest) {
    return await this.#answer(await this.starting.start(campaignId));
  }

  async pauseCampaign({ campaignId }: CampaignRequest) {
    return await this.#answer(await this.pausing.pause(campaignId));
  }

  async resumeCampaign({ campaignId }: CampaignRequest) {
    return await this.#answer(await this.resuming.resume(campaignId));
  }

  async stopCampaign({ campaignId }: CampaignRequest) {
    return await this.#answer(await this.stopping.stop(campaignId));
  }

  async *watchCampaign({ campaignId }: CampaignRequest, context: CallContext) {
    for await (const { campaign, iterations } of this.watching.watch(campaignId, context)) {
      yield {
        campaign: await this.#message(campaign),
        iterations: iterations.map((row) => iterationMessage(row, campaign.method.classes)),
      };
    }
  }

  async listIterations(request: ListIterationsRequest) {
    const { size, after } = pageRequest(request, { byDefault: 1000, most: 1000 });
    const { method } = await this.campaigns.campaign(request.campaignId);
    const found = await this.campaigns.iterations(request.campaignId, numberAfter(after, -1), size + 1);
    const { rows, nextPageToken } = page(found, size, (row) => String(row.number));
    return { iterations: rows.map((row) => iterationMessage(row, method.classes)), nextPageToken };
  }

  async listCandidates(request: ListCandidatesRequest) {
    const { size, after } = pageRequest(request);
    const { pool_id: poolId } = await this.exporting.requireCatalogue(request.campaignId);
    const found = await this.campaigns.candidates(request.campaignId, request.class, { size, after });
    const { rows, nextPageToken } = page(found, size, (row) => String(row.rank));
    return { candidates: rows.map((row) => candidateMessage(poolId, row.rank, row.candidate)), nextPageToken };
  }

  async *exportCatalogue({ campaignId, format, withReviews }: ExportCatalogueRequest) {
    for await (const data of this.exporting.export(campaignId, format, withReviews)) yield { data };
  }

  async reviewCandidate(request: ReviewCandidateRequest, { caller }: CallContext) {
    return { review: reviewMessage(await this.reviewing.review(request, caller)) };
  }

  async listCandidateReviews(request: ListCandidateReviewsRequest) {
    const { campaignId, withReplaced, spectrumIds } = request;
    const { size, after } = pageRequest(request);
    if (spectrumIds.length > MOST_IDS) {
      throw new ServiceError('BAD_REQUEST', `${spectrumIds.length} spectrum_ids: give at most ${MOST_IDS}`);
    }
    const verdict = VERDICT_WORDS[request.verdict];
    if (verdict === undefined && request.verdict !== Verdict.UNSPECIFIED) {
      throw new ServiceError('BAD_REQUEST', `verdict is ${request.verdict}, which this release does not know`);
    }
    await this.campaigns.campaign(campaignId);
    const found = await this.reviews.reviews(campaignId, { withReplaced, spectrumIds, verdict }, { size, after });
    const { rows, nextPageToken } = page(found, size, (row) => String(row.position));
    return { reviews: rows.map(reviewMessage), nextPageToken };
  }

  async #answer(row: CampaignRow) {
    this.watching.changed();
    return { campaign: await this.#message(row) };
  }

  async #message(row: CampaignRow) {
    return campaignMessage(row, await this.campaigns.labelsSpent(row.campaign_id));
  }
}

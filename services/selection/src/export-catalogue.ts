import { Inject, Injectable } from '@nestjs/common';
import { BoundedStreams, ServiceError } from '@spectrawl/grpc';
import type { ObjectStore } from '@spectrawl/object-store';
import { OBJECT_STORE } from '@spectrawl/runtime';
import { CampaignRepository, type CampaignRow } from './campaign.repository.ts';
import { CandidateReviewRepository } from './candidate-review.repository.ts';
import { catalogueFiles } from './catalogue-files.ts';
import type { CatalogueRecord } from './tables.ts';

/** bytes */
const PIECE = 1 << 18;
/** Each has a piece of the object store and its message in memory: some 4 MiB. */
const MOST_EXPORTS = 32;
/** Formats of files that are made when they are asked for: with reviews, or of catalogues that were published without them. */
const MADE_FORMATS = ['votable', 'fits', 'csv', 'parquet'];

@Injectable()
export class ExportCatalogue {
  readonly #underWay = new BoundedStreams(MOST_EXPORTS, 'catalogues');

  constructor(
    @Inject(CampaignRepository) private readonly campaigns: CampaignRepository,
    @Inject(CandidateReviewRepository) private readonly reviews: CandidateReviewRepository,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
  ) {}

  /** @throws {ServiceError} CAMPAIGN_NOT_FOUND, NO_CATALOGUE */
  async requireCatalogue(campaignId: string): Promise<CampaignRow & { catalogue: CatalogueRecord }> {
    const campaign = await this.campaigns.campaign(campaignId);
    if (!campaign.catalogue) {
      throw new ServiceError(
        'NO_CATALOGUE',
        `campaign "${campaignId}" has no catalogue yet: wait until it is completed, or stop it to publish what there is`,
      );
    }
    return { ...campaign, catalogue: campaign.catalogue };
  }

  /**
   * The bytes of a catalogue's file.
   * @param withReviews adds the latest review of each candidate
   * @throws {ServiceError} CAMPAIGN_NOT_FOUND, NO_CATALOGUE, UNKNOWN_FORMAT, TOO_MANY_CALLS
   */
  export(campaignId: string, format: string, withReviews = false): AsyncIterable<Uint8Array> {
    return this.#underWay.open(this.#bytes(campaignId, format, withReviews));
  }

  async *#bytes(campaignId: string, format: string, withReviews: boolean): AsyncIterable<Uint8Array> {
    const campaign = await this.requireCatalogue(campaignId);
    const key = campaign.catalogue.keys[format];
    if (key === undefined && !MADE_FORMATS.includes(format)) {
      const known = [...new Set([...MADE_FORMATS, ...Object.keys(campaign.catalogue.keys)])].join(', ');
      throw new ServiceError('UNKNOWN_FORMAT', `there is no format "${format}": ask for one of ${known}`);
    }
    if (key !== undefined && !(withReviews && MADE_FORMATS.includes(format))) yield* this.objects.stream(key);
    else yield* pieces(await this.#made(campaign, format, withReviews));
  }

  async #made(
    campaign: CampaignRow & { catalogue: CatalogueRecord },
    format: string,
    withReviews: boolean,
  ): Promise<Uint8Array> {
    const { campaign_id: campaignId, current_iteration: last, catalogue } = campaign;
    const final = await this.campaigns.iteration(campaignId, last);
    if (!final) throw new Error(`campaign ${campaignId} has a catalogue but no iteration ${last}`);
    const { threshold, certified, errorUpper } = catalogue;
    const rows = await this.campaigns.candidates(campaignId, '', { size: catalogue.candidates, after: undefined });
    const files = await catalogueFiles({
      campaign,
      final,
      candidates: rows.map(({ candidate }) => candidate),
      threshold,
      certified,
      errorUpper,
      published: campaign.end_time ?? campaign.create_time,
      ...(withReviews && { reviews: await this.reviews.latest(campaignId) }),
    });
    return files.find((file) => file.format === format)!.bytes;
  }
}

function* pieces(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let from = 0; from < bytes.length; from += PIECE) yield bytes.subarray(from, from + PIECE);
}

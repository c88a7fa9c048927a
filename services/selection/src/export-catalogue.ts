import { Inject, Injectable } from '@nestjs/common';
import { BoundedStreams, ServiceError } from '@spectrawl/grpc';
import type { ObjectStore } from '@spectrawl/object-store';
import { OBJECT_STORE } from '@spectrawl/runtime';
import { CampaignRepository, type CampaignRow } from './campaign.repository.ts';
import type { CatalogueRecord } from './tables.ts';

/** Each has a piece of the object store and its message in memory: some 4 MiB. */
const MOST_EXPORTS = 32;

@Injectable()
export class ExportCatalogue {
  readonly #underWay = new BoundedStreams(MOST_EXPORTS, 'catalogues');

  constructor(
    @Inject(CampaignRepository) private readonly campaigns: CampaignRepository,
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
   * @throws {ServiceError} CAMPAIGN_NOT_FOUND, NO_CATALOGUE, UNKNOWN_FORMAT, TOO_MANY_CALLS
   */
  export(campaignId: string, format: string): AsyncIterable<Uint8Array> {
    return this.#underWay.open(this.#bytes(campaignId, format));
  }

  async *#bytes(campaignId: string, format: string): AsyncIterable<Uint8Array> {
    const { catalogue } = await this.requireCatalogue(campaignId);
    const key = catalogue.keys[format];
    if (key === undefined) {
      const known = Object.keys(catalogue.keys).join(', ');
      throw new ServiceError('UNKNOWN_FORMAT', `there is no format "${format}": ask for one of ${known}`);
    }
    yield* this.objects.stream(key);
  }
}

import {
  ActiveLearningError,
  resolveMethod,
  type CampaignMethod,
  type MethodOverrides,
  type PresetName,
} from '@spectrawl/active-learning';
import { Inject, Injectable } from '@nestjs/common';
import { IngestionService, Pool_State, type CreateCampaignRequest } from '@spectrawl/contracts';
import { isUniqueViolation, jsonb } from '@spectrawl/database';
import type { Ledger } from '@spectrawl/event-bus';
import { asRefusal, ServiceError, type ServiceClient } from '@spectrawl/grpc';
import { CLOCK, clientOf, LEDGER, type Clock } from '@spectrawl/runtime';
import { CampaignRepository, type CampaignRow } from './campaign.repository.ts';
import type { Tables } from './tables.ts';

const CAMPAIGN_ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

@Injectable()
export class CreateCampaign {
  constructor(
    @Inject(CampaignRepository) private readonly campaigns: CampaignRepository,
    @Inject(clientOf(IngestionService)) private readonly ingestion: ServiceClient<typeof IngestionService>,
    @Inject(LEDGER) private readonly ledger: Ledger<Tables>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws {ServiceError} BAD_REQUEST, BAD_METHOD, CAMPAIGN_EXISTS, POOL_NOT_FOUND, POOL_NOT_SEALED */
  async create(request: CreateCampaignRequest): Promise<CampaignRow> {
    const { campaignId, requestId, poolId, seedPoolIds, seed } = request;
    if (!CAMPAIGN_ID.test(campaignId)) {
      throw new ServiceError(
        'BAD_REQUEST',
        `campaign_id "${campaignId}": use 1 to 63 of a-z, 0-9 and '-', beginning with a letter or digit`,
      );
    }
    if (requestId === '' || requestId.length > 64) {
      throw new ServiceError('BAD_REQUEST', 'request_id is needed, of at most 64 characters, such as a UUID');
    }
    const retried = await this.campaigns.campaignOfRequest(requestId);
    if (retried) return retried;
    if (seedPoolIds.length === 0) {
      throw new ServiceError('BAD_REQUEST', 'seed_pool_ids is empty: name a pool whose spectra have imported labels');
    }
    if (seed > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new ServiceError('BAD_REQUEST', `seed is ${seed}: use at most 2^53 - 1`);
    }
    const preset = request.preset || 'default';
    const method = this.method(preset, request.method ?? {});
    for (const id of new Set([poolId, ...seedPoolIds])) await this.requireSealed(id);
    try {
      await this.ledger.transaction(async ({ db }) => {
        await db
          .insertInto('campaigns')
          .values({
            campaign_id: campaignId,
            request_id: requestId,
            state: 'created',
            pool_id: poolId,
            seed_pool_ids: jsonb(seedPoolIds),
            preset,
            method: jsonb(method),
            seed: seed.toString(),
            create_time: this.clock(),
          })
          .execute();
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      // The same request may have been under way twice.
      const first = await this.campaigns.campaignOfRequest(requestId);
      if (first) return first;
      throw new ServiceError('CAMPAIGN_EXISTS', `there is a campaign "${campaignId}" already: choose another name`);
    }
    return await this.campaigns.campaign(campaignId);
  }

  private method(preset: string, overrides: MethodOverrides): CampaignMethod {
    try {
      // An unknown name is refused there, with the names that there are.
      return resolveMethod(preset as PresetName, overrides);
    } catch (error) {
      if (error instanceof ActiveLearningError) throw new ServiceError('BAD_METHOD', error.message);
      throw error;
    }
  }

  private async requireSealed(poolId: string): Promise<void> {
    // POOL_NOT_FOUND passes through as the ingestion service words it.
    const { pool } = await this.ingestion.getPool({ poolId }).catch((error: unknown) => {
      throw asRefusal(error);
    });
    if (pool?.state !== Pool_State.SEALED) {
      throw new ServiceError('POOL_NOT_SEALED', `pool "${poolId}" still accepts spectra: seal it first with SealPool`);
    }
  }
}

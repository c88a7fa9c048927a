import { create } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import {
  AgreementSchema,
  GetAgreementResponseSchema,
  type Agreement,
  type GetAgreementRequest,
  type GetAgreementResponse,
} from '@spectrawl/contracts';
import type { ServiceDatabase } from '@spectrawl/database';
import { CONFIG, DATABASE } from '@spectrawl/runtime';
import { agreementOf, type MeasuredAgreement } from './agreement.ts';
import { countAnswerPairs, overlapOutlook } from './agreement.repository.ts';
import { findNewestBatch } from './batch.repository.ts';
import type { LabellingConfig } from './config.ts';
import { ID, requireText } from './request-text.ts';
import type { LabellingTables } from './tables.ts';

/** Tells how far a campaign's annotators agree with each other and with themselves. */
@Injectable()
export class GetAgreement {
  constructor(
    @Inject(DATABASE) private readonly database: ServiceDatabase<LabellingTables>,
    @Inject(CONFIG) private readonly config: LabellingConfig,
  ) {}

  /** @throws {ServiceError} BAD_REQUEST */
  async get(request: GetAgreementRequest): Promise<GetAgreementResponse> {
    const campaignId = requireText('campaign_id', request.campaignId, ID);
    const { db } = this.database;
    const classes = (await findNewestBatch(db, campaignId))?.classes ?? [];
    const { waiting, annotators } = await overlapOutlook(db, campaignId);
    const found = agreementOf(await countAnswerPairs(db, campaignId), classes);
    return create(GetAgreementResponseSchema, {
      categories: classes.length > 0 ? [...classes, 'unsure'] : [],
      overall: agreementMessage(found.overall),
      pairs: found.pairs.map((pair) => ({ ...pair, agreement: agreementMessage(pair.agreement) })),
      annotators: found.annotators.map((one) => ({
        ...one,
        withOthers: agreementMessage(one.withOthers),
        withOneself: agreementMessage(one.withOneself),
      })),
      iterations: found.iterations.map((one) => ({ ...one, agreement: agreementMessage(one.agreement) })),
      overlapShare: this.config.overlap.share,
      repeatShare: this.config.repeats.share,
      overlapsWaiting: waiting,
      disagreementsOpen: found.openDisagreements,
      annotatorsTotal: annotators,
    });
  }
}

function agreementMessage({ questions, equal, kappa, confusion }: MeasuredAgreement): Agreement {
  return create(AgreementSchema, {
    questions,
    equal,
    confusion: [...confusion],
    ...(kappa && {
      kappa: kappa.value,
      kappaStandardError: kappa.standardError,
      kappaLower: kappa.interval.lower,
      kappaUpper: kappa.interval.upper,
    }),
  });
}

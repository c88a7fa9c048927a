import { create } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import { chooseThreshold, type ScoredAuditAnswer } from '@spectrawl/active-learning';
import { campaignCompleted, CampaignCompletedSchema, IngestionService, type Shard } from '@spectrawl/contracts';
import { jsonb } from '@spectrawl/database';
import type { Ledger } from '@spectrawl/event-bus';
import { allPages, type ServiceClient } from '@spectrawl/grpc';
import { rangedObject, type ObjectStore } from '@spectrawl/object-store';
import { catalogueKey, readScores, readShard, scoresKey } from '@spectrawl/pool';
import { clientOf, CLOCK, LEDGER, LOGGER, OBJECT_STORE, type Clock } from '@spectrawl/runtime';
import type { Logger } from '@spectrawl/telemetry';
import {
  CampaignRepository,
  changeCampaign,
  insertCandidates,
  type CampaignRow,
  type IterationRow,
} from './campaign.repository.ts';
import { compareCandidates, type Candidate } from './candidate.ts';
import { catalogueFiles } from './catalogue-files.ts';
import { classOf, EffectiveLabels } from './effective-labels.ts';
import type { CatalogueRecord, Tables } from './tables.ts';

/** What the catalogue is cut by. */
interface Cut {
  threshold: number;
  certified: boolean;
  errorUpper: number;
}

/** Publishes the catalogue: what annotators found, and what the final scoring predicts above the threshold. */
@Injectable()
export class PublishCatalogue {
  constructor(
    @Inject(CampaignRepository) private readonly campaigns: CampaignRepository,
    @Inject(EffectiveLabels) private readonly labels: EffectiveLabels,
    @Inject(clientOf(IngestionService)) private readonly ingestion: ServiceClient<typeof IngestionService>,
    @Inject(LEDGER) private readonly ledger: Ledger<Tables>,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @param final the finished final iteration */
  async publish(campaign: CampaignRow, final: IterationRow): Promise<void> {
    const { campaign_id: campaignId, pool_id: poolId, method } = campaign;
    const labels = await this.labels.of(campaignId, [poolId]);
    const labelOf = new Map(labels.map((label) => [label.spectrumId, classOf(label) ?? '']));
    const cut = await this.cut(campaign, final, labelOf);
    const candidates: Candidate[] = [];
    for (const shard of await this.shards(poolId)) {
      candidates.push(...(await this.candidatesOf(shard, campaign, final, labelOf, cut.threshold)));
    }
    candidates.sort(compareCandidates);

    const end = this.clock();
    const files = await catalogueFiles({ campaign, final, candidates, ...cut, published: end });
    const keys: Record<string, string> = {};
    for (const { format, name, bytes, contentType } of files) {
      keys[format] = catalogueKey(campaignId, name);
      await this.objects.put(keys[format], bytes, { contentType });
    }
    const catalogue: CatalogueRecord = {
      candidates: candidates.length,
      classCounts: method.classes.map((name) => candidates.filter((candidate) => candidate.class === name).length),
      ...cut,
      keys,
    };
    const isPublished = await this.ledger.transaction(async (tx) => {
      const before = await changeCampaign(tx.db, campaignId, (row) =>
        row.state === 'running' ? { state: 'completed', catalogue: jsonb(catalogue), end_time: end } : {},
      );
      if (before.state !== 'running') return false;
      await insertCandidates(
        tx.db,
        candidates.map((candidate, at) => ({
          campaign_id: campaignId,
          rank: at + 1,
          class: candidate.class,
          candidate,
        })),
      );
      tx.publish(campaignCompleted, create(CampaignCompletedSchema, { campaignId, candidates: candidates.length }));
      return true;
    });
    if (isPublished) this.log.info({ campaign: campaignId, candidates: candidates.length }, 'catalogue published');
  }

  private async cut(
    { campaign_id: campaignId, method }: CampaignRow,
    final: IterationRow,
    labelOf: ReadonlyMap<string, string>,
  ): Promise<Cut> {
    const { classes, stopping, audit, catalogue } = method;
    // Where nothing is predicted, the catalogue is what annotators found, and no prediction can be wrong.
    if (final.class_counts.slice(1).every((count) => count === 0))
      return { threshold: 0, certified: true, errorUpper: 0 };
    const questions = await this.campaigns.questions(campaignId, final.number);
    const answers = questions.map((question): ScoredAuditAnswer => {
      const answer = classes.indexOf(labelOf.get(question.spectrum_id) ?? '');
      return {
        predicted: question.predicted,
        answer: answer < 0 ? 'undecided' : answer,
        positiveProbability: 1 - (question.probabilities[0] ?? 0),
      };
    });
    const fixed = catalogue.threshold === 'argmax' ? [0] : [catalogue.threshold];
    const { threshold, certified, estimate } = chooseThreshold(answers, {
      target: { maxError: stopping.maxError, confidence: stopping.confidence },
      criterion: stopping.criterion,
      histogramByClass: final.histogram_by_class,
      perClass: audit.finalPerClass,
      ...(catalogue.threshold !== 'from-audit' && { grid: fixed as number[] }),
    });
    return { threshold, certified, errorUpper: estimate.upperBound };
  }

  private async shards(poolId: string): Promise<Shard[]> {
    const pages = allPages(
      (pageToken) => this.ingestion.listShards({ poolId, pageToken }),
      (page) => page.shards,
    );
    const shards: Shard[] = [];
    for await (const shard of pages) shards.push(shard);
    return shards;
  }

  /** Candidates of one shard: memory is bounded by a shard's ids, and by the candidates. */
  private async candidatesOf(
    shard: Shard,
    { campaign_id: campaignId, method: { classes } }: CampaignRow,
    final: IterationRow,
    labelOf: ReadonlyMap<string, string>,
    threshold: number,
  ): Promise<Candidate[]> {
    const scored = await rangedObject(this.objects, scoresKey(campaignId, final.number, shard.number));
    const { rows: scores } = await readScores(scored, { columns: ['id', 'probabilities'] });
    const chosen: { row: number; candidate: Candidate }[] = [];
    for (const [row, spectrumId] of scores.id.entries()) {
      const probabilities = [...scores.probabilities.subarray(row * classes.length, (row + 1) * classes.length)];
      const predicted = classes[probabilities.indexOf(Math.max(...probabilities))];
      const emissionProbability = 1 - (probabilities[0] ?? 0);
      const label = labelOf.get(spectrumId);
      const name = label ?? (emissionProbability >= threshold ? predicted : undefined);
      if (name === undefined || name === classes[0] || !classes.includes(name)) continue;
      chosen.push({
        row,
        candidate: {
          spectrumId,
          class: name,
          origin: label === undefined ? 'predicted' : 'labelled',
          emissionProbability,
          probabilities,
          designation: null,
          ra: null,
          dec: null,
          snr: null,
        },
      });
    }
    if (chosen.length === 0) return [];
    const { rows } = await readShard(await rangedObject(this.objects, shard.shardKey), {
      columns: ['designation', 'ra', 'dec', 'snr'],
    });
    return chosen.map(({ row, candidate }) => ({
      ...candidate,
      designation: rows.designation[row] ?? null,
      ra: rows.ra[row] ?? null,
      dec: rows.dec[row] ?? null,
      snr: rows.snr[row] ?? null,
    }));
  }
}

import { estimatePerformance, type AuditAnswer, type PerformanceEstimate } from '@spectrawl/active-learning';
import { Inject, Injectable } from '@nestjs/common';
import type { BatchLabelled, Label } from '@spectrawl/contracts';
import { jsonb } from '@spectrawl/database';
import type { Ledger } from '@spectrawl/event-bus';
import { CLOCK, LEDGER, LOGGER, type Clock } from '@spectrawl/runtime';
import type { Logger } from '@spectrawl/telemetry';
import { BeginIteration } from './begin-iteration.ts';
import {
  CampaignRepository,
  changeCampaign,
  changeIteration,
  insertChoices,
  type CampaignRow,
  type IterationRow,
  type QuestionRow,
} from './campaign.repository.ts';
import { nextStep } from './campaign.ts';
import { classOf, EffectiveLabels, isChoiceOf } from './effective-labels.ts';
import { PublishCatalogue } from './publish-catalogue.ts';
import type { Tables } from './tables.ts';

/** Step 6 of an iteration: estimates the error from the audit's answers, and goes on as the stopping rule says. */
@Injectable()
export class CloseIteration {
  constructor(
    @Inject(CampaignRepository) private readonly campaigns: CampaignRepository,
    @Inject(EffectiveLabels) private readonly labels: EffectiveLabels,
    @Inject(BeginIteration) private readonly iterations: BeginIteration,
    @Inject(PublishCatalogue) private readonly catalogue: PublishCatalogue,
    @Inject(LEDGER) private readonly ledger: Ledger<Tables>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * Repeating it is harmless: the estimate is noted once, and `goOn` does only what is left to do. The event counts as taken in
   * when all of that is done: a backup that is made in between brings it back.
   */
  async close({ campaignId, iteration }: BatchLabelled, eventId: string): Promise<void> {
    const campaign = await this.campaigns.campaign(campaignId);
    const questions = await this.campaigns.questions(campaignId, iteration);
    const row = await this.campaigns.iteration(campaignId, iteration);
    if (!row) throw new Error(`batch-labelled of iteration ${iteration} of ${campaignId}, which has not begun`);
    const labels = await this.labels.of(campaignId, [campaign.pool_id]);
    const estimate = estimateAudit(campaign, row, questions, labels);
    const choices = labels
      .filter((label) => isChoiceOf(label, iteration))
      .map(({ spectrumId }) => ({ campaign_id: campaignId, iteration, spectrum_id: spectrumId }));
    await this.ledger.transaction(async ({ db }) => {
      const change = { step: 'done', estimate: jsonb(estimate), end_time: this.clock() } as const;
      await changeIteration(db, campaignId, iteration, change, 'labelling');
      await insertChoices(db, choices);
    });
    if (row.step === 'labelling')
      this.log.info({ campaign: campaignId, iteration, certified: estimate.certified }, 'error estimated');
    await this.goOn(campaignId);
    await this.ledger.transaction(({ firstTime }) => firstTime(eventId));
  }

  /** Does what follows the campaign's last iteration, if that is finished and the campaign is not paused. */
  async goOn(campaignId: string): Promise<void> {
    const campaign = await this.campaigns.campaign(campaignId);
    const last = await this.campaigns.iteration(campaignId, campaign.current_iteration);
    if (campaign.state !== 'running' || last?.step !== 'done') return;
    const step = nextStep(campaign, last.kind, {
      iterations: last.number + 1,
      labels: await this.campaigns.labelsSpent(campaignId),
      estimate: last.estimate,
    });
    if (step.next === 'catalogue') {
      await this.catalogue.publish(campaign, last);
      return;
    }
    if (step.next === 'final') {
      await this.ledger.transaction(async ({ db }) => {
        await changeCampaign(db, campaignId, () => ({ stop_reason: step.reason }));
      });
    }
    await this.iterations.begin(campaign, last.number + 1, step.next);
  }
}

/** The error of the predicted positives by the answers to the audit. An audit that was skipped counts as undecided. */
export function estimateAudit(
  { method: { classes, stopping, audit } }: CampaignRow,
  iteration: IterationRow,
  questions: readonly QuestionRow[],
  labels: readonly Label[],
): PerformanceEstimate {
  const labelOf = new Map(labels.map((label) => [label.spectrumId, label]));
  const answers = questions
    .filter((question) => question.purpose === 'audit')
    .map((question): AuditAnswer => {
      const label = labelOf.get(question.spectrum_id);
      const answer = label && classOf(label);
      return { predicted: question.predicted, answer: answer === undefined ? 'undecided' : classes.indexOf(answer) };
    });
  return estimatePerformance(answers, {
    classCount: classes.length,
    target: { maxError: stopping.maxError, confidence: stopping.confidence },
    criterion: stopping.criterion,
    // Classes audited apart are weighed by how many spectra the network predicts of each.
    ...(iteration.kind === 'final' && audit.finalPerClass
      ? { populations: iteration.class_counts }
      : { drawnFrom: iteration.class_counts }),
  });
}

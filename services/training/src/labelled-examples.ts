import { Inject, Injectable } from '@nestjs/common';
import type { CampaignMethod } from '@spectrawl/active-learning';
import { LabellingService, Purpose, type IterationPlan, type Label } from '@spectrawl/contracts';
import type { ServiceClient } from '@spectrawl/grpc';
import { clientOf } from '@spectrawl/runtime';
import { TrainingProblem } from './training-problem.ts';
import type { Example, ExampleOrigin } from './training-set.ts';
import { StoredFeatures } from './stored-features.ts';

/** The labels that an iteration trains on, with their spectra's features. */
@Injectable()
export class LabelledExamples {
  constructor(
    @Inject(clientOf(LabellingService)) private readonly labelling: ServiceClient<typeof LabellingService>,
    @Inject(StoredFeatures) private readonly features: StoredFeatures,
  ) {}

  /**
   * A list of labels may name more spectra than the pools hold: those are counted and left out.
   * @throws {TrainingProblem} for a label of an unknown class
   */
  async collect(plan: IterationPlan, method: CampaignMethod): Promise<{ examples: Example[]; unmatched: number }> {
    const labels = (await this.#labels(plan)).filter(
      (label) =>
        label.decision?.answer.case === 'class' && (askedFor(label) !== Purpose.AUDIT || method.audit.feedBack),
    );
    const asked = await this.features.ofBatches(plan.batchKeys);
    const elsewhere = new Map<string, string[]>();
    for (const { poolId, spectrumId } of labels) {
      if (poolId === plan.poolId && asked.has(spectrumId)) continue;
      const ids = elsewhere.get(poolId);
      if (ids) ids.push(spectrumId);
      else elsewhere.set(poolId, [spectrumId]);
    }
    const found = new Map<string, Map<string, Float32Array>>();
    for (const [poolId, ids] of elsewhere) found.set(poolId, await this.features.ofPool(poolId, ids));

    const examples: Example[] = [];
    for (const label of labels) {
      const { poolId, spectrumId } = label;
      const inPool = poolId === plan.poolId;
      const features = (inPool ? asked.get(spectrumId) : undefined) ?? found.get(poolId)?.get(spectrumId);
      if (!features) continue;
      const origin = originOf(label, inPool);
      const weight = inPool ? method.training.targetLabelWeight : 1;
      examples.push({ poolId, spectrumId, classIndex: classIndexOf(label, method.classes), weight, origin, features });
    }
    return { examples, unmatched: labels.length - examples.length };
  }

  async #labels(plan: IterationPlan): Promise<Label[]> {
    const labels: Label[] = [];
    const request = {
      campaignId: plan.campaignId,
      poolIds: [...new Set([...plan.seedPoolIds, plan.poolId])],
      upToPosition: plan.labelPosition,
      effectiveOnly: true,
    };
    for await (const batch of this.labelling.listLabels(request)) labels.push(...batch.labels);
    return labels;
  }
}

/** Why the spectrum was asked about; what settles answers to an audit is an audit's answer. */
function askedFor({ purpose, aboutPurpose }: Label): Purpose {
  return aboutPurpose ?? purpose;
}

function originOf(label: Label, inPool: boolean): ExampleOrigin {
  const purpose = askedFor(label);
  if (purpose === Purpose.AUDIT) return 'audit';
  if (purpose === Purpose.QUERY) return 'query';
  if (purpose === Purpose.CHOICE) return 'choice';
  return inPool ? 'import' : 'seed';
}

function classIndexOf({ spectrumId, decision }: Label, classes: readonly string[]): number {
  const name = decision?.answer.case === 'class' ? decision.answer.value : '';
  const index = classes.indexOf(name);
  if (index >= 0) return index;
  throw new TrainingProblem(
    `"${spectrumId}" is labelled "${name}", which is none of the campaign's classes ${classes.join(', ')}: import the label again with one of them`,
  );
}

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

  /** @throws {TrainingProblem} for a label of an unknown class or of a spectrum that no pool holds */
  async collect(plan: IterationPlan, method: CampaignMethod): Promise<Example[]> {
    const labels = (await this.#labels(plan)).filter(
      (label) => label.decision?.answer.case === 'class' && (label.purpose !== Purpose.AUDIT || method.audit.feedBack),
    );
    const asked = await this.features.ofBatches(plan.batchKeys);
    const elsewhere = new Map<string, string[]>();
    for (const { poolId, spectrumId } of labels) {
      if (poolId === plan.poolId && asked.has(spectrumId)) continue;
      elsewhere.set(poolId, [...(elsewhere.get(poolId) ?? []), spectrumId]);
    }
    const found = new Map<string, Map<string, Float32Array>>();
    for (const [poolId, ids] of elsewhere) found.set(poolId, await this.features.ofPool(poolId, ids));

    return labels.map((label) => {
      const { poolId, spectrumId } = label;
      const inPool = poolId === plan.poolId;
      const features = (inPool ? asked.get(spectrumId) : undefined) ?? found.get(poolId)?.get(spectrumId);
      if (!features) {
        throw new TrainingProblem(
          `the label of "${spectrumId}" names a spectrum that pool "${poolId}" does not hold: import labels with the ids that the pool lists`,
        );
      }
      const origin = originOf(label, inPool);
      const weight = inPool ? method.training.targetLabelWeight : 1;
      return { poolId, spectrumId, classIndex: classIndexOf(label, method.classes), weight, origin, features };
    });
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

function originOf({ purpose }: Label, inPool: boolean): ExampleOrigin {
  if (purpose === Purpose.AUDIT) return 'audit';
  if (purpose === Purpose.QUERY) return 'query';
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

import { create } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import { LabellingService, ListLabelsRequestSchema, Purpose, type Label } from '@spectrawl/contracts';
import type { ServiceClient } from '@spectrawl/grpc';
import { clientOf } from '@spectrawl/runtime';

/** Asks the labelling service which answers count. */
@Injectable()
export class EffectiveLabels {
  constructor(@Inject(clientOf(LabellingService)) private readonly labelling: ServiceClient<typeof LabellingService>) {}

  /** The answer that counts for each spectrum of the pools: of this campaign, or imported. By position. */
  async of(campaignId: string, poolIds: readonly string[]): Promise<Label[]> {
    const request = create(ListLabelsRequestSchema, {
      campaignId,
      poolIds: [...new Set(poolIds)],
      effectiveOnly: true,
    });
    const labels: Label[] = [];
    for await (const batch of this.labelling.listLabels(request)) labels.push(...batch.labels);
    return labels;
  }
}

/** Whether somebody picked the spectrum out, and it was asked about in this iteration; adjudications of such answers say so, too. */
export function isChoiceOf({ purpose, aboutPurpose, iteration }: Label, number: number): boolean {
  return (aboutPurpose ?? purpose) === Purpose.CHOICE && iteration === number;
}

/** Name of the class that a label states; undefined for 'unsure' and 'skip'. */
export function classOf(label: Label): string | undefined {
  return label.decision?.answer.case === 'class' ? label.decision.answer.value : undefined;
}

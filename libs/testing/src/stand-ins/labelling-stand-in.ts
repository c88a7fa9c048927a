import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  Decision_Abstention,
  LabellingService,
  LabelSchema,
  Purpose,
  type Label,
  type ListLabelsRequest,
} from '@spectrawl/contracts';
import type { ServiceHandlers } from '@spectrawl/grpc';
import { answersOnly } from './answers-only.ts';

/** Labels of one message, so few that a test's log takes several. */
const LABELS_A_MESSAGE = 7;

/** What a test puts into the log; the stand-in numbers it. */
export type NewLabel = Omit<MessageInitShape<typeof LabelSchema>, 'position' | 'decision' | '$typeName'> & {
  /** A class, 'unsure' or 'skip'. */
  answer: string;
};

/** A label log in memory that answers ListLabels as labelling does. Nothing in it is ever taken back. */
export class LabellingStandIn {
  readonly log: Label[] = [];

  /** @returns the label's position */
  add({ answer, ...label }: NewLabel): bigint {
    const position = BigInt(this.log.length + 1);
    const abstention = { unsure: Decision_Abstention.UNSURE, skip: Decision_Abstention.SKIP }[answer];
    const decision =
      abstention === undefined
        ? ({ answer: { case: 'class', value: answer } } as const)
        : ({ answer: { case: 'abstention', value: abstention } } as const);
    this.log.push(create(LabelSchema, { purpose: Purpose.IMPORT, ...label, position, decision }));
    return position;
  }

  handlers(): ServiceHandlers<typeof LabellingService> {
    const log = this.log;
    return answersOnly(LabellingService, {
      async *listLabels({ poolIds, campaignId, upToPosition, effectiveOnly }: ListLabelsRequest) {
        const asked = log.filter(
          (label) =>
            (poolIds.length === 0 || poolIds.includes(label.poolId)) &&
            (campaignId === '' || label.campaignId === '' || label.campaignId === campaignId) &&
            (upToPosition === 0n || label.position <= upToPosition),
        );
        const last = new Map(asked.map((label) => [`${label.poolId}/${label.spectrumId}`, label]));
        const labels = effectiveOnly
          ? asked.filter((label) => last.get(`${label.poolId}/${label.spectrumId}`) === label)
          : asked;
        for (let start = 0; start < labels.length; start += LABELS_A_MESSAGE) {
          yield { labels: labels.slice(start, start + LABELS_A_MESSAGE) };
        }
      },
    });
  }
}

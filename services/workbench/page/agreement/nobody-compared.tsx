import type { GetAgreementResponse } from '@spectrawl/contracts';
import { paths } from '../app/paths.ts';
import { LinkButton } from '../label/link-button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { grouped, percentage } from '../ui/words.ts';

/** Nobody has answered the same question twice: says what is needed. */
export function NobodyCompared({ campaignId, agreement }: { campaignId: string; agreement: GetAgreementResponse }) {
  const { annotatorsTotal, overlapShare, repeatShare, overlapsWaiting } = agreement;
  const action = <LinkButton to={paths.label(campaignId)}>Label</LinkButton>;
  if (overlapShare === 0 && repeatShare === 0) {
    return (
      <EmptyState title="Nobody is asked twice here">
        Agreement is measured on spectra that two people label. Whoever runs the services has set their share to zero.
      </EmptyState>
    );
  }
  if (annotatorsTotal > 1) {
    return (
      <EmptyState title="No spectrum has two answers yet" action={action}>
        {grouped(overlapsWaiting)} answered spectra wait for somebody else: they come between the others, blind, as soon
        as another person labels.
      </EmptyState>
    );
  }
  return (
    <EmptyState title={annotatorsTotal === 1 ? 'Only one annotator so far' : 'Nothing is labelled yet'} action={action}>
      Agreement takes two. When a second person labels this campaign, {percentage(overlapShare)} of its spectra are put
      to both, and neither sees what the other said.
      {annotatorsTotal === 1 && overlapsWaiting > 0 && ` ${grouped(overlapsWaiting)} wait already.`}
    </EmptyState>
  );
}

import type { Disagreement } from '@spectrawl/contracts';
import { useMemo, useRef, useState } from 'react';
import { failureOf } from '../app/failure.ts';
import { useSession } from '../app/session.tsx';
import type { Answer } from '../label/decision.ts';
import { curveOf } from '../plot/spectrum-curve.ts';
import { SpectrumPanels } from '../plot/spectrum-panels.tsx';
import { usePlotDisplay } from '../plot/use-plot-display.ts';
import { usePlotKeys } from '../plot/use-plot-keys.ts';
import { useSpectrum } from '../spectrum/use-spectrum.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { DisagreementList } from './disagreement-list.tsx';
import type { SettleAction } from './settle-key.ts';
import { SettlePanel } from './settle-panel.tsx';
import styles from './settle.module.css';
import { keyOf, useDisagreements } from './use-disagreements.ts';
import { useSettleKeys } from './use-settle-keys.ts';

/** Disagreements, the most important first, each settled by a key while its spectrum is looked at. */
export function Settle({ campaignId }: { campaignId: string }) {
  const found = useDisagreements(campaignId);
  const { disagreements, error } = found;
  if (error && !disagreements) return <ErrorState error={error} retry={() => void found.refetch()} />;
  if (!disagreements) return <Loading what="the disagreements" />;
  if (disagreements.length === 0) {
    return (
      <EmptyState title="Nobody disagrees">
        Every spectrum that was answered twice was answered alike both times.
      </EmptyState>
    );
  }
  return <Desk disagreements={disagreements} found={found} />;
}

interface DeskProps {
  disagreements: readonly Disagreement[];
  found: ReturnType<typeof useDisagreements>;
}

function Desk({ disagreements, found: { settle, hasNextPage, isFetchingNextPage, fetchNextPage } }: DeskProps) {
  const { may } = useSession();
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      disagreements.findIndex((one) => !one.adjudication),
    ),
  );
  const [draft, setDraft] = useState({ of: '', text: '' });
  const field = useRef<HTMLInputElement>(null);
  const shown = disagreements[at] ?? disagreements[0]!;
  const { poolId, spectrumId, classes } = shown;
  const { data: spectrum, error } = useSpectrum(poolId, spectrumId);
  const { display, toggle, smoothen } = usePlotDisplay();
  usePlotKeys(toggle, smoothen);
  const curve = useMemo(() => (spectrum ? curveOf(spectrum) : undefined), [spectrum]);
  const key = keyOf(shown);
  // A comment belongs to what was looked at when it was written.
  const comment = draft.of === key ? draft.text : '';

  const walk = (by: 1 | -1): void => setAt((now) => Math.min(disagreements.length - 1, Math.max(0, now + by)));
  const answer = (given: Answer): void => {
    if (!may('annotator') || settle.isPending) return;
    settle.mutate({ taskId: shown.taskId, answer: given, comment }, { onSuccess: () => walk(1) });
  };
  const act = (action: SettleAction): void => {
    const name = action.do === 'class' ? classes[action.index] : undefined;
    if (name !== undefined) answer({ class: name });
    else if (action.do === 'unsure') answer({ abstention: 'unsure' });
    else if (action.do === 'comment') field.current?.focus();
    else if (action.do === 'next') walk(1);
    else if (action.do === 'previous') walk(-1);
  };
  useSettleKeys(act);

  return (
    <div className={styles.settle}>
      <DisagreementList
        disagreements={disagreements}
        shown={at}
        onShow={setAt}
        more={hasNextPage ? { isPending: isFetchingNextPage, fetch: () => void fetchNextPage() } : undefined}
      />
      <SpectrumPanels
        name={spectrumId}
        curve={curve}
        absent={error ? failureOf(error).message : 'Loading the spectrum…'}
        display={display}
        onToggle={toggle}
        onSmooth={smoothen}
      />
      <SettlePanel
        disagreement={shown}
        mayAnswer={may('annotator')}
        failure={settle.error ? failureOf(settle.error).message : ''}
        comment={comment}
        onComment={(text) => setDraft({ of: key, text })}
        field={field}
        onAct={act}
      />
    </div>
  );
}

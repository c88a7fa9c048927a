import { useCallback, useEffect } from 'react';
import { labelling } from '../app/services.ts';
import { useSession } from '../app/session.tsx';
import { useStream } from '../app/use-stream.ts';
import { Key } from '../ui/key.tsx';
import styles from './batch-bar.module.css';
import { connectionText, othersText } from './batch-words.ts';
import type { LabelSession, LabelState } from './label-session.ts';

interface BatchBarProps {
  campaignId: string;
  session: LabelSession;
  state: LabelState;
  onKeys: () => void;
}

/** How far the batch is, how fast one is, who else labels, and whether answers are stored. */
export function BatchBar({ campaignId, session, state, onKeys }: BatchBarProps) {
  const { name } = useSession();
  const { latest } = useStream(
    useCallback((signal: AbortSignal) => labelling.watchBatch({ campaignId }, { signal }), [campaignId]),
  );
  useEffect(() => {
    if (latest?.progress) session.setProgress(latest.progress);
  }, [latest, session]);
  const { progress, rate, failure, kept } = state;
  const { answered = 0, tasks = 0, unsure = 0, skipped = 0, iteration } = progress ?? {};
  const abstained = [...(unsure > 0 ? [`${unsure} unsure`] : []), ...(skipped > 0 ? [`${skipped} skipped`] : [])];
  const trouble = connectionText(failure, kept);
  return (
    <footer className={styles.bar}>
      <span className={styles.count} data-testid="progress">
        {progress ? `iteration ${iteration} · ${answered} of ${tasks} answered` : ''}
        {abstained.length > 0 ? ` (${abstained.join(', ')})` : ''}
      </span>
      <progress
        className={styles.progress}
        aria-label="Answered of the batch"
        value={answered}
        max={Math.max(1, tasks)}
      />
      <span className={styles.rate}>{rate === undefined ? '' : `${rate.toFixed(rate < 10 ? 1 : 0)} labels/min`}</span>
      <span className={styles.trouble} role="status" data-testid="connection">
        {trouble}
        {failure && (
          <button type="button" className={styles.retry} onClick={() => session.retry()}>
            try now
          </button>
        )}
      </span>
      <span className={styles.others} data-testid="others">
        {othersText(latest?.present ?? [], name)}
      </span>
      <button type="button" className={styles.keys} onClick={onKeys}>
        <Key>?</Key> keys
      </button>
    </footer>
  );
}

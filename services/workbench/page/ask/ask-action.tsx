import { useId, type ReactNode } from 'react';
import { Link } from 'react-router';
import { paths } from '../app/paths.ts';
import { Button } from '../ui/button.tsx';
import styles from './ask-action.module.css';
import { obstacleText, outcomeText, sentence } from './ask-words.ts';
import type { Asking } from './use-asking.ts';

interface AskActionProps {
  asking: Asking;
  spectrumIds: readonly string[];
  /** What the button says. */
  children: ReactNode;
}

/** Asks about spectra, and says what came of it or why it can't be; nothing for those who may only look. */
export function AskAction({ asking, spectrumIds, children }: AskActionProps) {
  const id = useId();
  if (!asking.may) return null;
  const obstacle = obstacleText(asking.isOpen, spectrumIds.length);
  const result = asking.resultOf(spectrumIds);
  return (
    <div className={styles.ask}>
      <Button
        disabled={obstacle !== undefined || asking.isAsking}
        aria-describedby={id}
        onClick={() => asking.ask(spectrumIds)}
      >
        {children}
      </Button>
      <p id={id} className={styles.words} role="status">
        {result === undefined ? (
          (obstacle ?? '')
        ) : 'failure' in result ? (
          <span className={styles.failure}>{sentence(result.failure.message)}</span>
        ) : (
          <>
            {outcomeText(result.spectra)} <Link to={paths.label(asking.campaignId)}>Label</Link>
          </>
        )}
      </p>
    </div>
  );
}

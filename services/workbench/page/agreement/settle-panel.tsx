import { Purpose, type Disagreement, type Label } from '@spectrawl/contracts';
import type { RefObject } from 'react';
import { Link } from 'react-router';
import { paths } from '../app/paths.ts';
import { classColour } from '../ui/class-colours.ts';
import { Key } from '../ui/key.tsx';
import { Moment } from '../ui/moment.tsx';
import { answerOf } from '../label/decision.ts';
import { GivenAnswer } from './disagreement-list.tsx';
import type { SettleAction } from './settle-key.ts';
import styles from './settle-panel.module.css';

/** Characters of a comment: the contract's limit. */
const COMMENT_LENGTH = 2000;

interface SettlePanelProps {
  disagreement: Disagreement;
  mayAnswer: boolean;
  /** Why the last answer was not stored; empty where it was. */
  failure: string;
  comment: string;
  onComment: (text: string) => void;
  field: RefObject<HTMLInputElement | null>;
  onAct: (action: SettleAction) => void;
}

/** Who said what, and the answers that settle it. */
export function SettlePanel(props: SettlePanelProps) {
  const { disagreement, mayAnswer, failure, comment, onComment, field, onAct } = props;
  const { poolId, spectrumId, classes, first, second, adjudication } = disagreement;
  const settled = answerOf(adjudication?.decision);
  return (
    <aside className={styles.panel} aria-label="What was said, and what is right">
      <h2 className={styles.id}>
        <Link to={paths.spectrum(poolId, spectrumId)}>{spectrumId}</Link>
      </h2>
      <div className={styles.said}>
        <Said label={first} classes={classes} />
        <Said label={second} classes={classes} />
      </div>
      <p className={styles.effect}>{effectText(disagreement)}</p>
      <ol className={styles.classes}>
        {classes.map((name, index) => (
          <li key={name}>
            <button
              type="button"
              className={styles.class}
              disabled={!mayAnswer}
              aria-pressed={settled !== undefined && 'class' in settled && settled.class === name}
              onClick={() => onAct({ do: 'class', index })}
            >
              <Key>{String(index + 1)}</Key>
              <i className={styles.colour} style={{ background: classColour(index) }} aria-hidden="true" />
              {name}
            </button>
          </li>
        ))}
        <li>
          <button
            type="button"
            className={styles.class}
            disabled={!mayAnswer}
            aria-pressed={settled !== undefined && 'abstention' in settled}
            onClick={() => onAct({ do: 'unsure' })}
          >
            <Key>u</Key>
            <i className={styles.colour} style={{ background: classColour(undefined) }} aria-hidden="true" />
            unsure
          </button>
        </li>
      </ol>
      <input
        ref={field}
        className={styles.comment}
        aria-label="Comment"
        placeholder="c  comment"
        maxLength={COMMENT_LENGTH}
        disabled={!mayAnswer}
        value={comment}
        onChange={(event) => onComment(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== 'Escape') return;
          if (event.key === 'Escape') onComment('');
          event.currentTarget.blur();
          event.stopPropagation();
        }}
      />
      <p className={styles.notice} role="status" data-tone={failure === '' ? 'plain' : 'bad'}>
        {failure === '' ? <Settled label={adjudication} classes={classes} /> : `Not stored: ${failure}`}
      </p>
      <p className={styles.keys}>
        <Key>↑</Key> <Key>↓</Key> walk · <Key>l</Key> <Key>f</Key> <Key>+</Key> <Key>−</Key> the plot
      </p>
    </aside>
  );
}

function Said({ label, classes }: { label: Label | undefined; classes: readonly string[] }) {
  if (!label) return null;
  return (
    <div className={styles.one}>
      <b>{label.annotator?.name}</b>
      <GivenAnswer label={label} classes={classes} />
      <span className={styles.when}>
        <Moment time={label.createTime} />
      </span>
      {label.comment !== '' && <q>{label.comment}</q>}
    </div>
  );
}

function Settled({ label, classes }: { label: Label | undefined; classes: readonly string[] }) {
  if (!label) return null;
  return (
    <>
      {label.annotator?.name} settled it as <GivenAnswer label={label} classes={classes} />
      {label.comment !== '' && <q>{label.comment}</q>}
    </>
  );
}

/** What settling it changes. */
function effectText({ purpose, batchOpen }: Disagreement): string {
  if (purpose !== Purpose.AUDIT) return 'What you say is trained on from the next iteration.';
  return batchOpen
    ? 'An audit whose batch is open: what you say counts in the estimate of the error.'
    : 'An audit whose error is estimated already: what you say counts in the catalogue.';
}

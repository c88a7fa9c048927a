import type { RefObject } from 'react';
import { classColour } from '../ui/class-colours.ts';
import { Key } from '../ui/key.tsx';
import styles from './answer-panel.module.css';
import { isBlind, networkAnswer, purposeText } from './blindness.ts';
import { answerText } from './decision.ts';
import type { LabelAction } from './label-key.ts';
import type { Entry, LabelState } from './label-session.ts';

/** Characters of a comment: the contract's limit. */
const COMMENT_LENGTH = 2000;

interface AnswerPanelProps {
  entry: Entry;
  state: LabelState;
  onAct: (action: LabelAction) => void;
  onComment: (text: string) => void;
  comment: RefObject<HTMLInputElement | null>;
}

/** The answers to choose from, what the network says of each where that is not hidden, and the comment. */
export function AnswerPanel({ entry, state, onAct, onComment, comment }: AnswerPanelProps) {
  const { task, answer } = entry;
  const blind = isBlind(task);
  const best = blind ? -1 : networkAnswer(task);
  const { kind, text } = purposeText(task);
  return (
    <section className={styles.panel} aria-label="Answer">
      <p className={styles.purpose} title={text}>
        <b data-blind={kind === 'Blind'}>{kind}</b> {text}
      </p>
      <ol className={styles.classes}>
        {task.classes.map((name, index) => (
          <li key={name}>
            <button
              type="button"
              className={styles.class}
              aria-pressed={answer !== undefined && 'class' in answer && answer.class === name}
              data-best={index === best}
              onClick={() => onAct({ do: 'class', index })}
            >
              <Key>{String(index + 1)}</Key>
              <i className={styles.colour} style={{ background: classColour(index) }} aria-hidden="true" />
              <span className={styles.name}>{name}</span>
              <span className={styles.probability}>{blind ? '' : (task.probabilities[index] ?? 0).toFixed(3)}</span>
              <svg className={styles.bar} viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
                {!blind && <rect width={task.probabilities[index] ?? 0} height="1" fill={classColour(index)} />}
              </svg>
            </button>
          </li>
        ))}
      </ol>
      <div className={styles.others}>
        <Other keys="u" name="unsure" pressed={isAbstention(entry, 'unsure')} onPress={() => onAct({ do: 'unsure' })} />
        <Other keys="s" name="skip" pressed={isAbstention(entry, 'skip')} onPress={() => onAct({ do: 'skip' })} />
        <Other keys="z" name="undo" onPress={() => onAct({ do: 'undo' })} />
      </div>
      <input
        ref={comment}
        className={styles.comment}
        aria-label="Comment"
        placeholder="c  comment"
        maxLength={COMMENT_LENGTH}
        value={state.comment}
        onChange={(event) => onComment(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== 'Escape') return;
          if (event.key === 'Escape') onComment('');
          event.currentTarget.blur();
          event.stopPropagation();
        }}
      />
      <p className={styles.notice} role="status" data-tone={state.notice?.tone}>
        {answer ? (
          <b>
            Your answer: {answerText(answer)}
            {entry.isKept ? ' (in this browser only)' : ''}.{' '}
          </b>
        ) : (
          ''
        )}
        {state.notice?.text}
      </p>
    </section>
  );
}

function isAbstention({ answer }: Entry, name: 'unsure' | 'skip'): boolean {
  return answer !== undefined && 'abstention' in answer && answer.abstention === name;
}

interface OtherProps {
  keys: string;
  name: string;
  pressed?: boolean;
  onPress: () => void;
}

function Other({ keys, name, pressed, onPress }: OtherProps) {
  return (
    <button type="button" className={styles.other} aria-pressed={pressed} onClick={onPress}>
      <Key>{keys}</Key> {name}
    </button>
  );
}

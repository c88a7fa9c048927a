import { Purpose, type Disagreement, type Label } from '@spectrawl/contracts';
import { useEffect, useRef } from 'react';
import { answerOf, answerText } from '../label/decision.ts';
import { Button } from '../ui/button.tsx';
import { ClassChip } from '../ui/chip.tsx';
import styles from './disagreement-list.module.css';
import { keyOf } from './use-disagreements.ts';

interface DisagreementListProps {
  disagreements: readonly Disagreement[];
  /** index of the one that is looked at */
  shown: number;
  onShow: (index: number) => void;
  /** Where there are more of them. */
  more: { isPending: boolean; fetch: () => void } | undefined;
}

/** What there is to settle, the most important first. */
export function DisagreementList({ disagreements, shown, onShow, more }: DisagreementListProps) {
  const current = useRef<HTMLLIElement>(null);
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest' });
  }, [shown]);
  return (
    <nav className={styles.list} aria-label="Disagreements">
      <ol>
        {disagreements.map((one, index) => (
          <li key={keyOf(one)} ref={index === shown ? current : undefined}>
            <button
              type="button"
              className={styles.one}
              aria-current={index === shown}
              data-settled={one.adjudication !== undefined}
              onClick={() => onShow(index)}
            >
              <span className={styles.id}>{one.spectrumId}</span>
              <span className={styles.why}>{whyText(one)}</span>
              <span className={styles.answers}>
                <GivenAnswer label={one.first} classes={one.classes} />
                <GivenAnswer label={one.second} classes={one.classes} />
              </span>
            </button>
          </li>
        ))}
      </ol>
      {more && (
        <Button disabled={more.isPending} onClick={more.fetch}>
          More
        </Button>
      )}
    </nav>
  );
}

/** What somebody said of a spectrum, in the class's colour. */
export function GivenAnswer({ label, classes }: { label: Label | undefined; classes: readonly string[] }) {
  const answer = answerOf(label?.decision);
  if (!answer) return null;
  const index = 'class' in answer ? classes.indexOf(answer.class) : undefined;
  return <ClassChip index={index} name={answerText(answer)} />;
}

function whyText({ adjudication, purpose, second }: Disagreement): string {
  if (adjudication) return 'settled';
  const whose = second?.purpose === Purpose.REPEAT ? 'with oneself' : '';
  return [purpose === Purpose.AUDIT ? 'audit' : '', whose].filter((part) => part !== '').join(', ');
}

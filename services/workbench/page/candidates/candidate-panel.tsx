import { Verdict, type CandidateReview, type ScoredSpectrum } from '@spectrawl/contracts';
import { useId, type RefObject } from 'react';
import { Link } from 'react-router';
import { paths } from '../app/paths.ts';
import { AskAction } from '../ask/ask-action.tsx';
import type { Asking } from '../ask/use-asking.ts';
import { useSession } from '../app/session.tsx';
import { Thumbnail } from '../plot/thumbnail.tsx';
import { useSpectrum } from '../spectrum/use-spectrum.ts';
import { Button } from '../ui/button.tsx';
import { ClassChip } from '../ui/chip.tsx';
import { Facts } from '../ui/facts.tsx';
import { Key } from '../ui/key.tsx';
import { Moment } from '../ui/moment.tsx';
import { percentage } from '../ui/words.ts';
import styles from './candidate-panel.module.css';
import { VerdictMark } from './candidate-table.tsx';

interface CandidatePanelProps {
  spectrum: ScoredSpectrum | undefined;
  poolId: string;
  classes: readonly string[];
  crossMatch: string;
  review: CandidateReview | undefined;
  comment: RefObject<HTMLTextAreaElement | null>;
  asking: Asking;
  onReview: (verdict: Verdict) => void;
}

const NONE: readonly number[] = [];

/** The spectrum that is looked at, and what one thinks of it. */
export function CandidatePanel({
  spectrum,
  poolId,
  classes,
  crossMatch,
  review,
  comment,
  asking,
  onReview,
}: CandidatePanelProps) {
  const { may } = useSession();
  const id = useId();
  const known = spectrum?.knownObject;
  return (
    <aside className={styles.panel} aria-label="Selected spectrum">
      <div className={styles.drawing}>{spectrum && <Drawing poolId={poolId} spectrumId={spectrum.spectrumId} />}</div>
      {spectrum && (
        <>
          <Link className={styles.name} to={paths.spectrum(poolId, spectrum.spectrumId, asking.campaignId)}>
            {spectrum.spectrumId}
          </Link>
          <ul className={styles.classes}>
            {classes.map((name, index) => (
              <li key={name}>
                <ClassChip index={index} name={name} /> {percentage(spectrum.probabilities[index] ?? 0)}
              </li>
            ))}
          </ul>
          <Facts
            facts={[
              { name: 'Name', value: spectrum.designation ?? '–' },
              {
                name: 'Position',
                value:
                  spectrum.ra === undefined || spectrum.dec === undefined
                    ? '–'
                    : `${spectrum.ra.toFixed(5)} ${spectrum.dec.toFixed(5)}`,
              },
              { name: 'Labelled', value: spectrum.labelled ? 'yes, or asked' : 'no' },
              ...(crossMatch === ''
                ? []
                : [
                    {
                      name: `In ${crossMatch}`,
                      value: known ? `${known.name}, ${known.separation.toFixed(2)}″` : 'new',
                    },
                  ]),
            ]}
          />
        </>
      )}
      <section className={styles.review} aria-label="Verdict">
        <p>
          <VerdictMark verdict={review?.verdict} />
          {review && review.verdict !== Verdict.UNDECIDED && (
            <span className={styles.who}>
              {' '}
              by {review.annotator}
              {review.createTime && (
                <>
                  , <Moment time={review.createTime} />
                </>
              )}
            </span>
          )}
        </p>
        <label htmlFor={id} className={styles.label}>
          Comment
        </label>
        <textarea
          ref={comment}
          id={id}
          rows={2}
          maxLength={2000}
          disabled={!may('annotator')}
          defaultValue={review?.comment ?? ''}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            document.querySelector<HTMLElement>('[role="grid"]')?.focus();
          }}
        />
        <div className={styles.verdicts}>
          <Button disabled={!spectrum || !may('annotator')} onClick={() => onReview(Verdict.ACCEPTED)}>
            Accept <Key>a</Key>
          </Button>
          <Button disabled={!spectrum || !may('annotator')} onClick={() => onReview(Verdict.REJECTED)}>
            Reject <Key>r</Key>
          </Button>
          <Button
            kind="quiet"
            disabled={!review || review.verdict === Verdict.UNDECIDED || !may('annotator')}
            onClick={() => onReview(Verdict.UNDECIDED)}
          >
            Take back <Key>u</Key>
          </Button>
        </div>
      </section>
      {spectrum && (
        <AskAction asking={asking} spectrumIds={[spectrum.spectrumId]}>
          Ask about it <Key>q</Key>
        </AskAction>
      )}
      <p className={styles.keys}>
        <Key>↑</Key> <Key>↓</Key> walk · <Key>Enter</Key> opens the spectrum · <Key>c</Key> comment
        {asking.may && (
          <>
            {' '}
            · <Key>q</Key> ask
          </>
        )}
      </p>
    </aside>
  );
}

function Drawing({ poolId, spectrumId }: { poolId: string; spectrumId: string }) {
  const { data } = useSpectrum(poolId, spectrumId);
  return <Thumbnail values={data?.features ?? NONE} name={spectrumId} width={264} height={130} />;
}

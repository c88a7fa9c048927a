import { grouped } from '../ui/words.ts';
import type { CountsEquation } from './counts.ts';
import styles from './ingest.module.css';

/** received = stored + quarantined + duplicates, in numbers: what came in is accounted for. */
export function Equation({ counts }: { counts: CountsEquation }) {
  const { received, stored, quarantined, duplicates, underWay } = counts;
  return (
    <div className={styles.equation} role="group" aria-label="What came in and what became of it">
      <Term value={received} name="received" />
      <Sign>=</Sign>
      <Term value={stored} name="stored" tone={styles.stored} />
      <Sign>+</Sign>
      <Term value={quarantined} name="quarantined" tone={quarantined > 0 ? styles.quarantined : undefined} />
      <Sign>+</Sign>
      <Term value={duplicates} name="duplicates" />
      {underWay !== 0 && (
        <>
          <Sign>+</Sign>
          <Term value={underWay} name="under way" tone={styles.underWay} />
        </>
      )}
    </div>
  );
}

function Term({ value, name, tone }: { value: number; name: string; tone?: string | undefined }) {
  return (
    <span className={`${styles.term} ${tone ?? ''}`}>
      <b>{grouped(value)}</b>
      <span>{name}</span>
    </span>
  );
}

function Sign({ children }: { children: string }) {
  return <span className={styles.sign}>{children}</span>;
}

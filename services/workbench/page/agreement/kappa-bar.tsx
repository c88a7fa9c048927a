import type { Agreement } from '@spectrawl/contracts';
import styles from './overview.module.css';

/** The interval of kappa as a line from 0 to 1, with a mark where kappa is. */
export function KappaBar({ agreement: { kappa, kappaLower, kappaUpper } }: { agreement: Agreement }) {
  const at = (value: number): number => 100 * Math.min(1, Math.max(0, value));
  return (
    <svg className={styles.bar} viewBox="-2 0 104 12" preserveAspectRatio="none" aria-hidden="true">
      <line className={styles.track} x1="0" x2="100" y1="6" y2="6" />
      {kappa !== undefined && kappaLower !== undefined && kappaUpper !== undefined && (
        <>
          <line className={styles.reach} x1={at(kappaLower)} x2={at(kappaUpper)} y1="6" y2="6" />
          <line className={styles.kappa} x1={at(kappa)} x2={at(kappa)} y1="0" y2="12" />
        </>
      )}
    </svg>
  );
}

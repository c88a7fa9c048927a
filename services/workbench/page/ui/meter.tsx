import styles from './meter.module.css';

interface MeterProps {
  /** What is measured, for those who don't see it. */
  label: string;
  /** 0 to 1. */
  value: number;
  tone?: 'accent' | 'good' | 'warning' | 'bad';
}

/** How far something is. */
export function Meter({ label, value, tone = 'accent' }: MeterProps) {
  const share = Math.min(1, Math.max(0, value));
  return (
    <div
      className={styles.meter}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(100 * share)}
    >
      <i className={styles[tone]} style={{ width: `${100 * share}%` }} />
    </div>
  );
}

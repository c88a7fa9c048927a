import type { ReactNode } from 'react';
import { classColour } from './class-colours.ts';
import styles from './chip.module.css';

interface ChipProps {
  tone?: 'plain' | 'good' | 'warning' | 'bad' | 'accent';
  title?: string;
  children: ReactNode;
}

/** A short word about something's state. */
export function Chip({ tone = 'plain', title, children }: ChipProps) {
  return (
    <span className={`${styles.chip} ${styles[tone]}`} title={title}>
      {children}
    </span>
  );
}

/** A class's name in its colour. @param index of the class in the campaign's order; undefined: the answer `unsure` */
export function ClassChip({ index, name }: { index: number | undefined; name: string }) {
  return (
    <span className={styles.chip}>
      <i className={styles.dot} style={{ background: classColour(index) }} aria-hidden="true" />
      {name}
    </span>
  );
}

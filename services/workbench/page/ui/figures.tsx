import type { ReactNode } from 'react';
import styles from './figures.module.css';

interface Figure {
  readonly name: string;
  readonly value: ReactNode;
  /** What it means, in small letters below. */
  readonly note?: ReactNode;
}

/** A row of numbers with their names. */
export function Figures({ figures }: { figures: readonly Figure[] }) {
  return (
    <dl className={styles.figures}>
      {figures.map(({ name, value, note }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
          {note !== undefined && <dd className={styles.note}>{note}</dd>}
        </div>
      ))}
    </dl>
  );
}

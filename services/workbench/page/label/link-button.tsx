import type { ReactNode } from 'react';
import { Link } from 'react-router';
import styles from './link-button.module.css';

/** A link that is the one thing to do next. */
export function LinkButton({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Link className={styles.link} to={to}>
      {children}
    </Link>
  );
}

import type { ReactNode } from 'react';
import styles from './state.module.css';

interface EmptyStateProps {
  title: string;
  /** Why there is nothing, and what brings something. */
  children?: ReactNode;
  /** What one can do about it. */
  action?: ReactNode;
  /** It is all that the view shows, so its title is the view's. */
  whole?: boolean;
}

/** There is nothing to show, and that is as it should be. */
export function EmptyState({ title, children, action, whole = false }: EmptyStateProps) {
  return (
    <section className={styles.state}>
      <svg viewBox="0 0 160 48" width="160" height="48" aria-hidden="true" className={styles.flat}>
        <path d="M2 34c8 0 8-3 16-3s8 4 16 4 8-3 16-3 8 2 16 2 8-4 16-4 8 3 16 3 8-2 16-2 8 3 16 3 8-1 20-1" />
      </svg>
      {whole ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children !== undefined && <div className={styles.text}>{children}</div>}
      {action !== undefined && <div className={styles.action}>{action}</div>}
    </section>
  );
}

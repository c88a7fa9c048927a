import type { ReactNode } from 'react';
import { Mark } from '../ui/mark.tsx';
import styles from './welcome.module.css';

/** What is shown before the page knows its user. */
export function Welcome({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className={styles.welcome}>
      <div className={styles.card}>
        <Mark />
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}

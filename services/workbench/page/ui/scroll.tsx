import type { ReactNode } from 'react';
import styles from './scroll.module.css';

interface ScrollProps {
  /** What is in it, for those who don't see it. */
  label: string;
  /** Most of the height that it takes, in rem; default 24. */
  height?: number;
  children: ReactNode;
}

/** What may be larger than its place, and scrolls within it: by the keyboard, too. */
export function Scroll({ label, height = 24, children }: ScrollProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without it the keyboard could not scroll (WCAG 2.1.1)
    <div className={styles.scroll} style={{ maxHeight: `${height}rem` }} tabIndex={0} role="group" aria-label={label}>
      {children}
    </div>
  );
}

import { useEffect, type ReactNode } from 'react';
import styles from './page.module.css';

interface PageProps {
  /** What the view is about; also the title of the browser's tab. */
  title: string;
  /** Buttons and choices beside the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A view with a title that scrolls as a whole. Views that fill the window lay themselves out. */
export function Page({ title, actions, children }: PageProps) {
  useTitle(title);
  return (
    <article className={styles.page}>
      <header className={styles.head}>
        <h1>{title}</h1>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </article>
  );
}

/** Names the browser's tab. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Spectrawl`;
  }, [title]);
}

import styles from './state.module.css';

/** Something is on its way. It shows only after a moment, so that what is quick does not flicker. */
export function Loading({ what, whole = false }: { what: string; whole?: boolean }) {
  return (
    <section className={`${styles.state} ${styles.loading} ${whole ? styles.whole : ''}`} role="status">
      <svg viewBox="0 0 160 48" width="160" height="48" aria-hidden="true" className={styles.moving}>
        <path d="M2 34h44l8-6 12-22 14 34 8-8h70" pathLength="100" />
      </svg>
      <p className={styles.text}>Loading {what}…</p>
    </section>
  );
}

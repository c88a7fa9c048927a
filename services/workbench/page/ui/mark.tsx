import styles from './mark.module.css';

/** The name of the program. */
export function Mark() {
  return (
    <span className={styles.mark}>
      <svg viewBox="0 0 32 20" width="32" height="20" aria-hidden="true">
        <path d="M1 15h8l2.5-3L15 2l3.5 15 2.5-3.5h10" />
      </svg>
      Spectrawl
    </span>
  );
}

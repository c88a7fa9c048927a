import { useId, type ReactNode } from 'react';
import styles from './field.module.css';

/** What ties an input to its label, hint and error. */
interface InputProps {
  id: string;
  className: string;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean;
}

interface FieldProps {
  label: string;
  /** What it means, its unit, its limits. */
  hint?: ReactNode;
  /** What is wrong with what was given. */
  error?: string | undefined;
  /** Draws the input, select or textarea with the properties that it is given. */
  children: (input: InputProps) => ReactNode;
}

/** An input with its label, what it means, and what is wrong with it. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean);
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        className: styles.input ?? '',
        'aria-describedby': described.length > 0 ? described.join(' ') : undefined,
        'aria-invalid': error !== undefined,
      })}
      {hint !== undefined && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} className={styles.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

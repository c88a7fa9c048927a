import type { ComponentProps } from 'react';
import styles from './button.module.css';

interface ButtonProps extends ComponentProps<'button'> {
  /** primary: what one most likely wants; danger: what cannot be taken back. */
  kind?: 'plain' | 'primary' | 'danger' | 'quiet';
}

/** Does something at once. */
export function Button({ kind = 'plain', type = 'button', className = '', ...rest }: ButtonProps) {
  return <button {...rest} type={type} className={`${styles.button} ${styles[kind]} ${className}`} />;
}

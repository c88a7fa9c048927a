import { failureOf } from '../app/failure.ts';
import { Button } from './button.tsx';
import styles from './state.module.css';

interface ErrorStateProps {
  /** Whatever a query, a stream or a view failed with. */
  error: unknown;
  /** Tries it again. */
  retry?: () => void;
  /** It stands for the whole page. */
  whole?: boolean;
}

/** Something that should be shown cannot be: says what is wrong and what to do, and names the service that does not answer. */
export function ErrorState({ error, retry, whole = false }: ErrorStateProps) {
  const { message, service, away, signedOut } = failureOf(error);
  return (
    <section className={`${styles.state} ${whole ? styles.whole : ''}`} role="alert">
      <svg viewBox="0 0 160 48" width="160" height="48" aria-hidden="true" className={styles.broken}>
        <path d="M2 34h52l6-8m40 8h58M92 22l8 12" />
      </svg>
      {whole ? <h1>{titleOf(service, away, signedOut)}</h1> : <h2>{titleOf(service, away, signedOut)}</h2>}
      <p className={styles.text}>
        {signedOut ? 'Sign in again: your session is over.' : `${message.charAt(0).toUpperCase()}${message.slice(1)}.`}
      </p>
      {signedOut ? (
        <Button kind="primary" onClick={() => window.location.reload()}>
          Sign in
        </Button>
      ) : (
        retry && (
          <Button kind="primary" onClick={retry}>
            Try again
          </Button>
        )
      )}
    </section>
  );
}

function titleOf(service: string | undefined, away: boolean, signedOut: boolean): string {
  if (signedOut) return 'You are signed out';
  if (service === undefined) return 'This view failed';
  if (away) return service === 'workbench' ? 'The workbench does not answer' : `The service ${service} does not answer`;
  return `The service ${service} refused`;
}

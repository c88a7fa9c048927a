import { Button } from '../ui/button.tsx';
import { BringToken } from './bring-token.tsx';
import styles from './sign-in.module.css';
import { Welcome } from './welcome.tsx';

/** How one signs in: by the link of the start, by the identity provider, or by a token of one's own. */
export type WayIn = 'link' | 'provider' | 'token';

/** Says how to sign in. */
export function SignIn({ signIn }: { signIn: WayIn }) {
  const query = new URLSearchParams(window.location.search);
  switch (signIn) {
    case 'link':
      return <OpenLink outdated={query.has('link')} />;
    case 'provider':
      return <AtProvider failed={query.get('sign-in')} />;
    case 'token':
      return <BringToken />;
  }
}

function OpenLink({ outdated }: { outdated: boolean }) {
  return (
    <Welcome title={outdated ? 'This link is out of date' : 'Open the link of the start'}>
      <p>
        The workbench makes a new link each time that it starts: <code>make run</code> prints it, and its log has it.{' '}
        {outdated ? 'It has been started again since: open the newest link.' : 'Open that link once in this browser.'}
      </p>
    </Welcome>
  );
}

/** Why somebody came back from the provider without being signed in. */
const FAILED: Readonly<Record<string, string>> = {
  late: 'That took too long, or this browser keeps no cookies: sign in again.',
  refused: 'You were not let in: ask whoever gives out roles whether you have one, then sign in again.',
};

function AtProvider({ failed }: { failed: string | null }) {
  const { pathname } = window.location;
  return (
    <Welcome title="Sign in">
      <p>Your institute’s account tells the workbench who you are and what you may do.</p>
      {failed !== null && (
        <p role="alert" className={styles.failed}>
          {FAILED[failed] ?? FAILED['refused']}
        </p>
      )}
      <form action="/session/sign-in">
        <input type="hidden" name="to" value={pathname} />
        <Button kind="primary" type="submit">
          Sign in
        </Button>
      </form>
    </Welcome>
  );
}

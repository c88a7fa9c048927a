import type { SessionAnswer } from './session.tsx';
import { Welcome } from './welcome.tsx';

/** Says how to sign in. */
export function SignIn({ signIn }: { signIn: SessionAnswer['signIn'] }) {
  const outdated = new URLSearchParams(window.location.search).has('link');
  if (signIn === 'link') {
    return (
      <Welcome title={outdated ? 'This link is out of date' : 'Open the link of the start'}>
        <p>
          The workbench prints a link with a token each time that it starts; <code>make run</code> shows it, and its log
          has it. {outdated ? 'It has been started again since: open the newest link.' : 'Open that link once.'}
        </p>
      </Welcome>
    );
  }
  return (
    <Welcome title="Sign in">
      <p>Your institute’s account tells the workbench who you are.</p>
      <a href={`/session/sign-in?to=${encodeURIComponent(window.location.pathname)}`}>Sign in</a>
    </Welcome>
  );
}

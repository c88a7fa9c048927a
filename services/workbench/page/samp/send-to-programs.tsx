import { useState } from 'react';
import { failureOf } from '../app/failure.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { forgetHub, sampHub } from './page-hub.ts';
import { NoHubError, type MessageKind, type Program } from './samp-hub.ts';
import styles from './send-to-programs.module.css';
import { SampFault } from './xml-rpc.ts';

interface SendToProgramsProps {
  kind: MessageKind;
  /** What the program shows it as. */
  name: string;
  /** Puts it where programs can fetch it. @returns its address */
  link: () => Promise<string>;
}

type State =
  | { step: 'closed' | 'asking' }
  | { step: 'choosing'; programs: readonly Program[]; sent: ReadonlySet<string>; sending: string | undefined }
  | { step: 'failed'; title: string; message: string };

/** Sends a table or a spectrum to TOPCAT, SPLAT-VO, Aladin … by SAMP. */
export function SendToPrograms({ kind, name, link }: SendToProgramsProps) {
  const [state, setState] = useState<State>({ step: 'closed' });
  const close = (): void => setState({ step: 'closed' });

  const ask = async (): Promise<void> => {
    setState({ step: 'asking' });
    try {
      const programs = await (await sampHub()).programsFor(kind);
      setState(({ step }) =>
        step === 'asking' ? { step: 'choosing', programs, sent: new Set(), sending: undefined } : { step: 'closed' },
      );
    } catch (error) {
      forgetHub();
      setState({ step: 'failed', ...wordsFor(error) });
    }
  };

  const send = async (program: Program): Promise<void> => {
    const change = (to: { sent?: string; sending: string | undefined }): void =>
      setState((before) =>
        before.step === 'choosing'
          ? {
              ...before,
              sending: to.sending,
              sent: to.sent === undefined ? before.sent : new Set([...before.sent, to.sent]),
            }
          : before,
      );
    change({ sending: program.id });
    try {
      const url = await link();
      await (await sampHub()).send(program, kind, { url, name });
      change({ sent: program.id, sending: undefined });
    } catch (error) {
      setState({ step: 'failed', ...wordsFor(error) });
    }
  };

  return (
    <>
      <Button onClick={() => void ask()}>Send to…</Button>
      <Dialog
        title="Send to a program"
        open={state.step !== 'closed'}
        onClose={close}
        actions={
          <>
            {state.step === 'failed' && <Button onClick={() => void ask()}>Try again</Button>}
            <Button kind={state.step === 'choosing' ? 'primary' : 'plain'} onClick={close}>
              Close
            </Button>
          </>
        }
      >
        <div className={styles.body} aria-live="polite">
          {state.step === 'asking' && <p>Asking the SAMP hub. It may want your consent: look for its window.</p>}
          {state.step === 'failed' && (
            <p>
              <strong>{state.title}</strong>
              <br />
              {state.message}
            </p>
          )}
          {state.step === 'choosing' && state.programs.length === 0 && (
            <p>
              No program that is connected to the hub loads this: start one, such as TOPCAT or SPLAT-VO, and try again.
            </p>
          )}
          {state.step === 'choosing' && (
            <ul className={styles.programs}>
              {state.programs.map((program) => (
                <li key={program.id}>
                  <span>{program.name}</span>
                  {state.sent.has(program.id) && <span className={styles.sent}>sent</span>}
                  <Button disabled={state.sending !== undefined} onClick={() => void send(program)}>
                    {state.sending === program.id ? 'Sending…' : 'Send'}
                  </Button>
                </li>
              ))}
            </ul>
          )}
        </div>
      </Dialog>
    </>
  );
}

function wordsFor(error: unknown): { title: string; message: string } {
  if (error instanceof NoHubError) {
    return {
      title: 'No SAMP hub runs on this computer.',
      message: 'Start a program that brings one, such as TOPCAT or Aladin, and try again.',
    };
  }
  if (error instanceof SampFault) {
    return {
      title: 'The SAMP hub refused.',
      message: `${error.message}. It asks you first: agree there, and try again.`,
    };
  }
  return { title: 'It could not be sent.', message: failureOf(error).message };
}

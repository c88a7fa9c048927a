import { useCallback, useEffect, useRef, useState } from 'react';
import { paths } from '../app/paths.ts';
import { SpectrumPanels } from '../plot/spectrum-panels.tsx';
import { usePlotDisplay } from '../plot/use-plot-display.ts';
import { SpectrumFacts } from '../spectrum/spectrum-facts.tsx';
import { afterPaint } from './after-paint.ts';
import { AlikeSpectra } from './alike-spectra.tsx';
import { AnswerPanel } from './answer-panel.tsx';
import { BatchBar } from './batch-bar.tsx';
import { KeyOverlay } from './key-overlay.tsx';
import type { LabelAction } from './label-key.ts';
import styles from './label-screen.module.css';
import { useLabelKeys } from './use-label-keys.ts';
import { useLabelSession } from './use-label-session.ts';
import { Waiting } from './waiting.tsx';

interface LabelScreenProps {
  campaignId: string;
  annotator: string;
  /** The question to begin with. */
  taskId: string | undefined;
}

/** The question at hand: the spectrum, large, and beside it everything that helps to answer. */
export function LabelScreen({ campaignId, annotator, taskId }: LabelScreenProps) {
  const { session, state } = useLabelSession(campaignId, annotator, taskId);
  const { display, toggle, smoothen } = usePlotDisplay();
  const [withKeys, setWithKeys] = useState(false);
  const comment = useRef<HTMLInputElement>(null);
  const entry = state.entries[state.cursor];
  const task = entry?.task;
  const { spectrum, curve, failure } = state.spectrum ?? {};

  // Every question has an address, for a reload and for a colleague; the router need not know of each.
  useEffect(() => {
    const address = paths.label(campaignId, task?.taskId);
    if (window.location.pathname === address) return;
    return afterPaint(() => window.history.replaceState(window.history.state, '', address));
  }, [campaignId, task?.taskId]);

  const act = useCallback(
    (action: LabelAction) => {
      const classes = session.state.entries[session.state.cursor]?.task.classes ?? [];
      switch (action.do) {
        case 'class': {
          const name = classes[action.index];
          if (name !== undefined) void session.answer({ class: name });
          return;
        }
        case 'accept':
          return void session.accept();
        case 'skip':
        case 'unsure':
          return void session.answer({ abstention: action.do });
        case 'undo':
          return void session.undo();
        case 'back':
          return session.walk(-1);
        case 'forward':
          return session.walk(1);
        case 'comment':
          return comment.current?.focus();
        case 'smooth':
          return smoothen(action.by);
        case 'toggle':
          if (action.what === 'keys') setWithKeys((before) => !before);
          else toggle(action.what);
      }
    },
    [session, smoothen, toggle],
  );
  useLabelKeys(act);

  return (
    <div className={styles.screen}>
      <h1 className={styles.hidden}>Label {campaignId}</h1>
      {task ? (
        <div className={styles.question}>
          <SpectrumPanels
            name={task.spectrumId}
            curve={curve}
            absent={failure ? `The spectrum can’t be shown: ${failure.message}` : 'Loading the spectrum…'}
            display={display}
            onToggle={toggle}
            onSmooth={smoothen}
          />
          <aside className={styles.aside} aria-label="The question">
            <AnswerPanel
              entry={entry}
              state={state}
              onAct={act}
              onComment={(text) => session.setComment(text)}
              comment={comment}
            />
            <SpectrumFacts spectrumId={task.spectrumId} spectrum={spectrum} />
            <AlikeSpectra task={task} isDrawn={curve !== undefined} />
          </aside>
        </div>
      ) : (
        <Waiting campaignId={campaignId} state={state} look={() => void session.look()} />
      )}
      <BatchBar campaignId={campaignId} session={session} state={state} onKeys={() => setWithKeys(true)} />
      <KeyOverlay open={withKeys} onClose={() => setWithKeys(false)} />
    </div>
  );
}

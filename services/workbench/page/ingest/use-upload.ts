import type { QuarantinedInput } from '@spectrawl/contracts';
import { useCallback, useEffect, useRef, useState } from 'react';
import { addedCounts, type CountsEquation } from './counts.ts';
import { NOTHING_SENT, sendPart, UploadError, type PartProgress } from './upload.ts';
import { uploadParts, type ChosenFile } from './upload-parts.ts';

/** An upload of many files: under way, ended, or broken. */
export interface UploadState {
  state: 'sending' | 'committed' | 'broken';
  files: number;
  bytes: number;
  /** Bytes that left the browser, of all parts. */
  sent: number;
  filesRead: number;
  counts: CountsEquation;
  quarantined: readonly QuarantinedInput[];
  /** Why it broke. */
  error?: UploadError;
  /** Bytes a second since it began. */
  rate?: number;
}

/** Uploads files into a pool, part after part, and tells how far it is. */
export function useUpload(poolId: string, onCommitted: () => void) {
  const [shown, setShown] = useState<UploadState>();
  const running = useRef<AbortController>(undefined);
  const left = useRef<{ survey: string; parts: ChosenFile[][]; done: PartProgress[]; files: readonly ChosenFile[] }>(
    undefined,
  );
  useEffect(() => () => running.current?.abort(), []);

  const send = useCallback(async () => {
    const work = left.current;
    if (!work) return;
    const control = new AbortController();
    running.current = control;
    const begin = performance.now();
    const before = work.done.reduce((sum, { sent }) => sum + sent, 0);
    const show = (now: PartProgress, state: UploadState['state'], error?: UploadError): void => {
      if (control.signal.aborted && state === 'sending') return;
      const all = [...work.done, now];
      const bytes = work.files.reduce((sum, { file }) => sum + file.size, 0);
      // The boundaries between files are sent, too.
      const sent = Math.min(
        bytes,
        all.reduce((sum, part) => sum + part.sent, 0),
      );
      const seconds = (performance.now() - begin) / 1000;
      setShown({
        state,
        files: work.files.length,
        bytes,
        sent,
        filesRead: all.reduce((sum, part) => sum + part.files, 0),
        counts: addedCounts(all.map((part) => part.counts)),
        quarantined: all.flatMap((part) => part.quarantined),
        ...(error ? { error } : {}),
        ...(seconds > 1 ? { rate: (sent - before) / seconds } : {}),
      });
    };
    try {
      while (work.parts[0]) {
        const part = work.parts[0];
        show(NOTHING_SENT, 'sending');
        const done = await sendPart(poolId, work.survey, part, (now) => show(now, 'sending'), control.signal);
        work.done.push(done);
        work.parts.shift();
        onCommitted();
      }
      show(NOTHING_SENT, 'committed');
    } catch (error) {
      show(NOTHING_SENT, 'broken', error instanceof UploadError ? error : new UploadError(String(error)));
    }
  }, [poolId, onCommitted]);

  return {
    upload: shown,
    start: (survey: string, files: readonly ChosenFile[]): void => {
      left.current = { survey, files, parts: uploadParts(files), done: [] };
      void send();
    },
    /** Sends what is not committed yet once more. */
    retry: (): void => void send(),
    /** Gives up what is under way; what was committed stays. */
    cancel: (): void => running.current?.abort(),
    dismiss: (): void => setShown(undefined),
  };
}

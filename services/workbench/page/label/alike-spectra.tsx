import type { LabellingTask } from '@spectrawl/contracts';
import { Epochs } from '../spectrum/epochs.tsx';
import { useLookedAt } from './use-looked-at.ts';
import { isBlind } from './blindness.ts';
import { NearestLabelled } from './nearest-labelled.tsx';

/** Other spectra to compare with: of the same object, and those that look alike. They come for who stays with the spectrum. */
export function AlikeSpectra({ task, isDrawn }: { task: LabellingTask; isDrawn: boolean }) {
  const isReady = useLookedAt(task.taskId) && isDrawn;
  return (
    <>
      <Epochs poolId={task.poolId} spectrumId={task.spectrumId} most={3} isReady={isReady} />
      <NearestLabelled task={task} isBlind={isBlind(task)} isReady={isReady} />
    </>
  );
}

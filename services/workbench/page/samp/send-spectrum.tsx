import type { Spectrum } from '@spectrawl/contracts';
import { SendToPrograms } from './send-to-programs.tsx';
import { shareFile } from './lent-link.ts';
import { spectrumVotable } from './spectrum-votable.ts';

/** Sends a spectrum to SPLAT-VO and other programs that show spectra. */
export function SendSpectrum({ spectrum }: { spectrum: Spectrum }) {
  return (
    <SendToPrograms
      kind="spectrum.load.ssa-generic"
      name={spectrum.spectrumId}
      link={() => shareFile(`${spectrum.spectrumId}.vot`, spectrumVotable(spectrum))}
    />
  );
}

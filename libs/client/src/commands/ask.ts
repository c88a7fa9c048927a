import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { Annotator_Kind, AskedSpectrum_Outcome, type AskedSpectrum } from '@spectrawl/contracts';
import { withContext } from '../terminal/command-context.ts';

/** Spectra of one request: the contract's limit. */
const SPECTRA_A_REQUEST = 200;

const WORDS: Partial<Record<AskedSpectrum_Outcome, string>> = {
  [AskedSpectrum_Outcome.ASKED]: 'asked',
  [AskedSpectrum_Outcome.ALREADY_ASKED]: 'already asked',
  [AskedSpectrum_Outcome.ALREADY_LABELLED]: 'already labelled',
};

export function addAsk(program: Command): void {
  program
    .command('ask')
    .description('put spectra that you picked out into the open batch of a campaign, to be labelled with it')
    .argument('<campaign>')
    .argument('<spectra...>', 'ids of spectra of the pool that the campaign searches')
    .option('--annotator <name>', 'who asks (default: the name of your account)')
    .action(
      withContext(
        async ({ spectrawl, output }, campaignId: string, spectrumIds: string[], options: { annotator?: string }) => {
          const annotator = { name: options.annotator ?? userInfo().username, kind: Annotator_Kind.PERSON };
          const asked: AskedSpectrum[] = [];
          for (let from = 0; from < spectrumIds.length; from += SPECTRA_A_REQUEST) {
            const portion = spectrumIds.slice(from, from + SPECTRA_A_REQUEST);
            const request = { requestId: randomUUID(), campaignId, spectrumIds: portion, annotator };
            asked.push(...(await spectrawl.labelling.askAboutSpectra(request)).spectra);
          }
          const spectra = asked.map(({ spectrumId, outcome }) => ({
            spectrum: spectrumId,
            outcome: WORDS[outcome] ?? 'unknown',
          }));
          output.table(spectra, ['spectrum', 'outcome'], (at) => [spectra[at]!.spectrum, spectra[at]!.outcome]);
        },
      ),
    );
}

import type { Command } from 'commander';
import { GetAgreementResponseSchema } from '@spectrawl/contracts';
import { agreementReport } from '../agreement-report.ts';
import { plain } from '../plain.ts';
import { withContext } from '../terminal/command-context.ts';

export function addAgreement(program: Command): void {
  program
    .command('agreement')
    .description(
      "tell how far a campaign's annotators agree, on the spectra that were put to two of them, or twice to one",
    )
    .argument('<campaign>')
    .action(
      withContext(async ({ spectrawl, output }, campaignId: string) => {
        const found = await spectrawl.labelling.getAgreement({ campaignId });
        output.result(plain(GetAgreementResponseSchema, found), agreementReport(found));
      }),
    );
}

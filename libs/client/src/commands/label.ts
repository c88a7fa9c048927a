import { userInfo } from 'node:os';
import { styleText } from 'node:util';
import type { Command } from 'commander';
import type { LabelPaint } from '../label/draw-label-view.ts';
import { labelOnScreen } from '../label/label-on-screen.ts';
import { labelFromPipe } from '../label/label-from-pipe.ts';
import { withContext } from '../terminal/command-context.ts';

export function addLabel(program: Command): void {
  program
    .command('label')
    .description('answer what a campaign asks: the spectra are drawn in the terminal, one key labels and moves on')
    .argument('<campaign>')
    .option('--annotator <name>', 'who answers (default: the name of your account)')
    .addHelpText(
      'after',
      '\nWhere standard input is no terminal, its characters are taken as keys; a carriage return is Enter.',
    )
    .action(
      withContext(async ({ spectrawl, output, signal }, campaignId: string, options: { annotator?: string }) => {
        const annotator = options.annotator ?? userInfo().username;
        const stream = output.json ? process.stderr : process.stdout;
        const session = { campaignId, annotator, signal };
        const { answered, undone, answers } =
          process.stdin.isTTY && stream.isTTY
            ? await labelOnScreen(spectrawl, session, process.stdin, stream, labelPaint(stream))
            : await labelFromPipe(spectrawl, session, process.stdin, output.say);
        const counts = Object.entries(answers).map(([name, count]) => `${count} ${name}`);
        output.result(
          { campaign: campaignId, annotator, answered, undone, answers },
          `${answered} answers stored${counts.length > 0 ? ` (${counts.join(', ')})` : ''}${undone > 0 ? `, ${undone} taken back` : ''}`,
        );
      }),
    );
}

/** Colours as the terminal has them; none with NO_COLOR. */
function labelPaint(stream: NodeJS.WriteStream): LabelPaint {
  const style =
    (format: Parameters<typeof styleText>[0]) =>
    (text: string): string =>
      styleText(format, text, { stream });
  return {
    title: style('inverse'),
    trace: style('cyan'),
    marker: style('yellow'),
    faint: style('dim'),
    strong: style('bold'),
    warning: style('red'),
  };
}

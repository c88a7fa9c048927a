import { Campaign_State, Iteration_Step, type Campaign, type Iteration } from '@spectrawl/contracts';
import type { Spectrawl } from './connect.ts';
import { iterationHeader, iterationRow } from './iteration-rows.ts';
import { describeStep } from './step-progress.ts';
import { RowPrinter } from './terminal/row-printer.ts';
import { StatusLine } from './terminal/status-line.ts';
import { Reconnection } from './wait.ts';

/** How a campaign is followed in the terminal. */
export interface WatchOptions {
  signal?: AbortSignal;
  /** A further column of a finished iteration. */
  extra?: { header: string; of(iteration: Iteration): Promise<string> };
  /** Ends the watch when such an iteration has begun. */
  until?: (iteration: Iteration) => boolean;
  stdout?: NodeJS.WriteStream;
  stderr?: NodeJS.WriteStream;
}

/** Milliseconds between looks at the progress of a step. */
const PROGRESS_INTERVAL = 1_000;

/**
 * Follows a campaign until it is completed, or `until` says so: prints a row for each finished iteration and, on a terminal, what is going on.
 * Services that go away are waited for.
 * @throws when the campaign failed, with its problem; {RpcError}
 */
export async function watchCampaign(
  spectrawl: Spectrawl,
  campaignId: string,
  { signal, extra, until = () => false, stdout = process.stdout, stderr = process.stderr }: WatchOptions = {},
): Promise<Campaign> {
  const status = new StatusLine(stderr);
  const table = new RowPrinter(stdout);
  const printed = new Set<number>();
  const reconnection = new Reconnection();
  let running: Iteration | undefined;
  let campaign: Campaign | undefined;
  const look = setInterval(() => {
    if (!running) return;
    const iteration = running;
    describeStep(spectrawl, iteration).then(
      (text) => running === iteration && status.show(text),
      // The step may be too young to be known there, or over: the next look tells.
      () => undefined,
    );
  }, PROGRESS_INTERVAL);
  /** Follows one stream of changes. @returns whether there is nothing more to follow */
  const follow = async (): Promise<boolean> => {
    for await (const change of spectrawl.selection.watchCampaign({ campaignId }, signal ? { signal } : {})) {
      reconnection.answered();
      campaign = change.campaign!;
      for (const iteration of change.iterations) {
        if (until(iteration)) return true;
        const done = iteration.step === Iteration_Step.DONE;
        running = done ? undefined : iteration;
        if (!done || printed.has(iteration.number)) continue;
        const cells = iterationRow(iteration, extra ? [await extra.of(iteration)] : []);
        status.clear();
        table.print(iterationHeader(campaign.classes, extra ? [extra.header] : []), cells);
        printed.add(iteration.number);
      }
      if (campaign.state === Campaign_State.FAILED) {
        throw new Error(`${campaign.problem} — when that is mended: spectrawl campaigns resume ${campaignId}`);
      }
      if (campaign.state === Campaign_State.PAUSED) {
        running = undefined;
        status.show(`paused: go on with spectrawl campaigns resume ${campaignId}`);
      }
    }
    return true;
  };
  try {
    for (let over = false; !over;) {
      try {
        over = await follow();
      } catch (error) {
        running = undefined;
        await reconnection.afterFailure(error, signal, ({ message }) => status.show(`${message}; trying again`));
      }
    }
  } finally {
    clearInterval(look);
    status.clear();
  }
  if (!campaign) throw new Error(`the service said nothing of "${campaignId}": run the command again`);
  return campaign;
}

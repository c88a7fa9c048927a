import { Campaign_State } from '@spectrawl/contracts';
import type { Spectrawl } from '../connect.ts';
import { describeStep } from '../step-progress.ts';
import { readKeys, type Key } from '../terminal/keys.ts';
import { Screen } from '../terminal/screen.ts';
import { isConnectionLoss } from '../wait.ts';
import { drawLabelView, type LabelPaint } from './draw-label-view.ts';
import { LabelSession, type LabelSessionOptions, type LabelTally } from './label-session.ts';

/** Milliseconds after which questions are looked for again while none waits. */
const IDLE_INTERVAL = 2_000;

/**
 * Labels in a terminal until the annotator quits. While no question waits it says what the campaign is doing.
 * @throws {RpcError} for failures that waiting does not mend; the signal's reason when it aborts
 */
export async function labelOnScreen(
  spectrawl: Spectrawl,
  options: LabelSessionOptions,
  stdin: NodeJS.ReadStream,
  stdout: NodeJS.WriteStream,
  paint: LabelPaint,
): Promise<LabelTally> {
  let screen: Screen | undefined;
  const draw = (): void => screen?.show(drawLabelView(session.view, screen.columns, screen.rows, paint));
  const session = new LabelSession(spectrawl, { ...options, onChange: draw });
  const keys = new KeyQueue((key) => {
    const isWaiting = session.view.isOffline;
    // What is typed while nothing can be stored was not meant for the spectra to come.
    if (key === 'ctrl-c' || (isWaiting && key === 'q')) session.leave();
    return !isWaiting;
  }, options.signal);
  const take = (data: Buffer): void => keys.add(readKeys(data.toString()));
  const hangUp = (): void => keys.add(['ctrl-c']);
  try {
    await session.start();
    screen = new Screen(stdin, stdout);
    stdin.on('data', take).once('end', hangUp);
    stdout.on('resize', draw);
    draw();
    await takeKeys(session, keys, spectrawl);
  } catch (error) {
    if (!session.hasLeft) throw error;
  } finally {
    stdin.off('data', take).off('end', hangUp).pause();
    stdout.off('resize', draw);
    screen?.[Symbol.dispose]();
    await session.release();
  }
  return session.tally;
}

async function takeKeys(session: LabelSession, keys: KeyQueue, spectrawl: Spectrawl): Promise<void> {
  for (;;) {
    const isIdle = session.view.task === undefined;
    if (isIdle) session.say(await describeIdleness(spectrawl, session.view.campaignId));
    const key = await keys.next(isIdle ? IDLE_INTERVAL : undefined);
    if (key === undefined) await session.look();
    else if (!(await session.press(key))) return;
  }
}

/** What is waited for while there is no question. */
async function describeIdleness(spectrawl: Spectrawl, campaignId: string): Promise<string> {
  try {
    const { campaign } = await spectrawl.selection.getCampaign({ campaignId });
    if (campaign?.state === Campaign_State.COMPLETED)
      return 'the campaign is completed: there is nothing left to answer';
    if (campaign?.state === Campaign_State.FAILED) return `the campaign stands still: ${campaign.problem}`;
    if (campaign?.state === Campaign_State.CREATED) return `not started: spectrawl campaigns start ${campaignId}`;
    const { iterations } = await spectrawl.selection.listIterations({ campaignId });
    const newest = iterations.at(-1);
    return newest ? `waiting: ${await describeStep(spectrawl, newest)}` : 'waiting for the first iteration';
  } catch (error) {
    if (isConnectionLoss(error)) return `${error.message}; trying again`;
    // A step that begins just now may not be known yet where it is asked for.
    return 'waiting for the next batch';
  }
}

/** Keys in the order in which they came. */
class KeyQueue {
  readonly #accepts: (key: Key) => boolean;
  readonly #signal: AbortSignal;
  #keys: Key[] = [];
  #wake: () => void = () => undefined;

  /** @param accepts told of each key at once; whether it is to be queued */
  constructor(accepts: (key: Key) => boolean, signal: AbortSignal) {
    this.#accepts = accepts;
    this.#signal = signal;
  }

  add(keys: readonly Key[]): void {
    this.#keys.push(...keys.filter(this.#accepts));
    this.#wake();
  }

  /**
   * The next key; undefined when none came in time.
   * @param milliseconds how long to wait for it; for ever if not given
   * @throws the signal's reason when it aborts
   */
  async next(milliseconds?: number): Promise<Key | undefined> {
    this.#signal.throwIfAborted();
    if (this.#keys.length === 0) {
      const woken = Promise.withResolvers<void>();
      const wake = (): void => woken.resolve();
      const timer = milliseconds === undefined ? undefined : setTimeout(wake, milliseconds);
      this.#signal.addEventListener('abort', wake);
      this.#wake = wake;
      await woken.promise;
      this.#signal.removeEventListener('abort', wake);
      clearTimeout(timer);
    }
    this.#signal.throwIfAborted();
    return this.#keys.shift();
  }
}

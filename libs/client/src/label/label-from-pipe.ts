import type { Spectrawl } from '../connect.ts';
import { readKeys } from '../terminal/keys.ts';
import { LabelSession, type LabelSessionOptions, type LabelTally } from './label-session.ts';

/**
 * Labels by keys that come through a pipe, and tells what each key did as a line. Ends with the keys, or when no question waits.
 * @throws {RpcError}; the signal's reason when it aborts
 */
export async function labelFromPipe(
  spectrawl: Spectrawl,
  options: LabelSessionOptions,
  stdin: AsyncIterable<Buffer | string>,
  say: (text: string) => void,
): Promise<LabelTally> {
  const session = new LabelSession(spectrawl, options);
  const { view, tally } = session;
  try {
    if (!(await session.start())) {
      say('no question waits');
      return tally;
    }
    for await (const data of stdin) {
      for (const key of readKeys(data.toString())) {
        if (!(await session.press(key))) return tally;
        if (view.message !== '') say(view.message);
      }
    }
    return tally;
  } finally {
    await session.release();
  }
}

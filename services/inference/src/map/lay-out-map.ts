import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

/** What the thread that lays out is told. */
export type LayoutRequest =
  | { readonly type: 'begin'; readonly width: number; readonly landmarks: number; readonly seed: number }
  | { readonly type: 'rows'; readonly rows: Float32Array<ArrayBuffer> }
  | { readonly type: 'end' };

export type LayoutReply =
  | { readonly type: 'progress'; readonly done: number }
  | { readonly type: 'laid-out'; readonly places: Float32Array<ArrayBuffer> };

/** Rows to be laid out, as MapLayout takes them. */
export interface RowsToLayOut {
  /** Values of a row. */
  readonly width: number;
  /** How many of the first rows are landmarks. */
  readonly landmarks: number;
  /** Unsigned, 32 bits. */
  readonly seed: number;
  /** n × width each; they are handed over and must not be used any more. */
  readonly rows: AsyncIterable<Float32Array<ArrayBuffer>>;
  /** Part of the layout that is done, 0 to 1, once all rows have come. */
  readonly onProgress: (done: number) => void;
  readonly signal: AbortSignal;
}

/** Lays rows out in a thread of its own. @returns n × 2, within −1 to 1 */
export async function layOutMap(request: RowsToLayOut): Promise<Float32Array> {
  const { width, landmarks, seed, rows, onProgress, signal } = request;
  signal.throwIfAborted();
  const thread = startThread();
  const { promise, resolve, reject } = Promise.withResolvers<Float32Array>();
  const stop = (): void => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  thread.on('error', reject);
  thread.on('exit', () => reject(new Error('the thread that lays out maps has ended')));
  thread.on('message', (reply: LayoutReply) => {
    if (reply.type === 'progress') onProgress(reply.done);
    else resolve(reply.places);
  });
  const send = (message: LayoutRequest, transferred: ArrayBuffer[] = []): void =>
    thread.postMessage(message, transferred);
  const sendAll = async (): Promise<void> => {
    send({ type: 'begin', width, landmarks, seed });
    for await (const some of rows) send({ type: 'rows', rows: some }, [some.buffer]);
    send({ type: 'end' });
  };
  try {
    const [places] = await Promise.all([promise, sendAll()]);
    return places;
  } finally {
    signal.removeEventListener('abort', stop);
    await thread.terminate();
  }
}

function startThread(): Worker {
  const extension = extname(import.meta.url);
  return new Worker(new URL(`./layout-thread${extension}`, import.meta.url), {
    execArgv: extension === '.ts' ? ['--conditions=@spectrawl/source'] : [],
  });
}

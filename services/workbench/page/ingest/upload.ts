import { fromJson, type JsonValue } from '@bufbuild/protobuf';
import { IngestFilesResponseSchema, type QuarantinedInput } from '@spectrawl/contracts';
import { countsEquation, type CountsEquation } from './counts.ts';
import type { ChosenFile } from './upload-parts.ts';

/** How far the upload of a part is. */
export interface PartProgress {
  /** Bytes that left the browser. */
  sent: number;
  /** What became of it so far; it adds up once it is committed. */
  counts: CountsEquation;
  /** Files read to their end by the service. */
  files: number;
  /** Inputs that could not be used. */
  quarantined: QuarantinedInput[];
  committed: boolean;
}

/** An upload that was refused or broke. What was not committed is sent again as it is: nothing comes in twice. */
export class UploadError extends Error {
  override readonly name = 'UploadError';
  /** The stable reason, such as POOL_SEALED; undefined where the connection broke. */
  readonly reason: string | undefined;

  constructor(message: string, reason?: string) {
    super(message);
    this.reason = reason;
  }
}

/** The progress of a part before anything of it was sent. */
export const NOTHING_SENT: PartProgress = {
  sent: 0,
  counts: countsEquation(undefined),
  files: 0,
  quarantined: [],
  committed: false,
};

/** Lays lines of progress, as the workbench writes them, over what is known. @throws {UploadError} for a refusal among them */
export function withLines(known: PartProgress, lines: readonly string[]): PartProgress {
  return lines.reduce((progress, text) => {
    const line = JSON.parse(text) as JsonValue;
    const refusal = refusalIn(line);
    if (refusal) throw refusal;
    const response = fromJson(IngestFilesResponseSchema, line);
    return {
      ...progress,
      counts: countsEquation(response.counts),
      files: Number(response.files),
      quarantined: [...progress.quarantined, ...response.quarantined],
      committed: response.committed,
    };
  }, known);
}

function refusalIn(line: JsonValue): UploadError | undefined {
  if (typeof line !== 'object' || line === null || !('refusal' in line)) return undefined;
  const { message, reason } = line['refusal'] as { message: string; reason?: string };
  return new UploadError(message, reason);
}

/**
 * Sends one part of an upload into a pool. fetch tells nothing of what is sent, so it is the older XMLHttpRequest.
 * @param show is called with each progress
 * @throws {UploadError} where it is refused, breaks, or is given up
 */
export function sendPart(
  poolId: string,
  survey: string,
  files: readonly ChosenFile[],
  show: (progress: PartProgress) => void,
  signal: AbortSignal,
): Promise<PartProgress> {
  const body = new FormData();
  for (const { path, file } of files) body.append('files', file, path);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let progress = NOTHING_SENT;
    let read = 0;
    const take = (): void => {
      const end = request.responseText.lastIndexOf('\n') + 1;
      const lines = request.responseText.slice(read, end).split('\n');
      read = end;
      progress = withLines(
        progress,
        lines.filter((line) => line !== ''),
      );
      show(progress);
    };
    const attempt = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        reject(error instanceof Error ? error : new UploadError(String(error)));
      }
    };
    request.upload.addEventListener('progress', ({ loaded }) => {
      progress = { ...progress, sent: loaded };
      show(progress);
    });
    request.addEventListener('progress', () => {
      if (request.status === 200) attempt(take);
    });
    request.addEventListener('load', () =>
      attempt(() => {
        if (request.status !== 200) throw refusalOf(request);
        take();
        if (!progress.committed) throw new UploadError('the upload ended before it was committed: send it again');
        resolve(progress);
      }),
    );
    request.addEventListener('error', () =>
      reject(new UploadError('the connection to the workbench broke: send it again')),
    );
    request.addEventListener('abort', () => reject(new UploadError('the upload was given up')));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.open('POST', `/upload/pools/${encodeURIComponent(poolId)}?survey=${encodeURIComponent(survey)}`);
    request.send(body);
  });
}

function refusalOf({ status, responseText }: XMLHttpRequest): UploadError {
  try {
    const { message, reason } = JSON.parse(responseText) as { message: string; reason?: string };
    return new UploadError(message, reason);
  } catch {
    return new UploadError(`the workbench answers ${status}: send it again`);
  }
}

import type { DescMessage, DescMethod, DescService, MessageInitShape } from '@bufbuild/protobuf';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';

/** How a method is written on the wire. The typed view of it is the caller's. */
export interface WireMethod {
  path: string;
  serializeRequest: (message: object) => Buffer;
  deserializeRequest: (bytes: Buffer) => object;
  serializeResponse: (message: object) => Buffer;
  deserializeResponse: (bytes: Buffer) => object;
}

function serializer(schema: DescMessage): (message: object) => Buffer {
  return (message) => {
    const bytes = toBinary(schema, create(schema, message as MessageInitShape<DescMessage>));
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
}

export function wireMethod(service: DescService, method: DescMethod): WireMethod {
  return {
    path: `/${service.typeName}/${method.name}`,
    serializeRequest: serializer(method.input),
    deserializeRequest: (bytes) => fromBinary(method.input, bytes),
    serializeResponse: serializer(method.output),
    deserializeResponse: (bytes) => fromBinary(method.output, bytes),
  };
}

/** A stream that can be written to, of a client or a server. */
export interface WritableCall<T> {
  write(message: T, sent: () => void): boolean;
  readonly destroyed: boolean;
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

/**
 * Writes every message of `source` to `call`, no faster than the other side reads: at most one message waits beyond the
 * transport's own buffer, where grpc-js by itself would keep sixteen, of whatever size. Ends early, and lets `source` clean up, when `signal` aborts. Ending the call is the caller's.
 */
export async function writeAll<T>(call: WritableCall<T>, source: AsyncIterable<T>, signal: AbortSignal): Promise<void> {
  let wake = (): void => undefined;
  const onWake = (): void => wake();
  const over = (): boolean => signal.aborted || call.destroyed;
  for (const event of ['close', 'error']) call.on(event, onWake);
  signal.addEventListener('abort', onWake);
  try {
    for await (const message of source) {
      if (over()) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
        call.write(message, resolve);
        if (over()) resolve();
      });
      if (over()) return;
    }
  } finally {
    for (const event of ['close', 'error']) call.off(event, onWake);
    signal.removeEventListener('abort', onWake);
  }
}

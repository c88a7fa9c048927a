import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** As Amazon's S3 words it. */
const SLOW_DOWN =
  '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';

/** Stands before a real S3 server, and does what stores do that have too much to do. */
export interface OverloadedStore {
  /** `host:port` */
  readonly address: string;
  /** Every so many requests one is answered by 503 SlowDown; 0 for none. */
  refuseEvery: number;
  /** Every so many answers one breaks off in its midst, the connection being reset; 0 for none. */
  breakEvery: number;
  /** Requests that have come. */
  readonly requests: number;
  /** Those that were refused. */
  readonly refused: number;
  /** Those whose answer broke off. */
  readonly broken: number;
  /** Requests whose answer is not at its end. */
  readonly underWay: number;
  /** Resolves when so many more requests have come. */
  more(requests: number): Promise<void>;
  close(): Promise<void>;
}

/** @param upstream the server's address, e.g. `http://127.0.0.1:8333` */
export async function startOverloadedStore(upstream: string): Promise<OverloadedStore> {
  const { hostname, port } = new URL(upstream);
  const waiting = new Set<{ until: number; resolve: () => void }>();
  const store = {
    address: '',
    refuseEvery: 0,
    breakEvery: 0,
    requests: 0,
    refused: 0,
    broken: 0,
    underWay: 0,
    more: (requests: number) =>
      new Promise<void>((resolve) => void waiting.add({ until: store.requests + requests, resolve })),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer((incoming, outgoing) => {
    store.requests += 1;
    store.underWay += 1;
    outgoing.once('close', () => (store.underWay -= 1));
    for (const one of waiting) {
      if (store.requests < one.until) continue;
      waiting.delete(one);
      one.resolve();
    }
    if (store.refuseEvery > 0 && store.requests % store.refuseEvery === 0) {
      store.refused += 1;
      incoming
        .resume()
        .once('end', () => outgoing.writeHead(503, { 'content-type': 'application/xml' }).end(SLOW_DOWN));
      return;
    }
    const { method = '', url = '', headers } = incoming;
    // The host's name is part of what the client has signed: it goes on unchanged.
    const forwarded = request({ hostname, port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.once('error', () => outgoing.destroy());
      if (store.breakEvery > 0 && store.requests % store.breakEvery === 0) {
        store.broken += 1;
        breakOff(answer, outgoing);
      } else {
        answer.pipe(outgoing);
      }
    });
    forwarded.once('error', () => outgoing.destroy());
    incoming.once('error', () => forwarded.destroy());
    outgoing.once('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
  // A body may wait for the word that it is wanted.
  server.on('checkContinue', (incoming, outgoing) => {
    outgoing.writeContinue();
    server.emit('request', incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  store.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return store;
}

/** Passes on half of the first piece of an answer, if it has one, and resets the connection. */
function breakOff(answer: IncomingMessage, outgoing: ServerResponse): void {
  const reset = () => outgoing.socket?.resetAndDestroy();
  answer.once('end', reset);
  answer.once('data', (piece: Buffer) => outgoing.write(piece.subarray(0, piece.length / 2), reset));
}

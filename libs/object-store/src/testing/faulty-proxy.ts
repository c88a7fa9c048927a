import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What goes wrong with one request on its way to a store: it is answered by 503, never answered, answered for nothing because the
 * answer is lost, or its answer breaks off after some bytes.
 */
export type Fault = 'slow down' | 'silence' | 'lost answer' | { cutAfter: number };

/** Stands between a client and a real S3 server, and does to the next requests what it is told to. */
export interface FaultyProxy {
  readonly endpoint: string;
  /** What happens to the next requests whose method is this one, one fault a request. */
  next(method: string, ...faults: Fault[]): void;
  /** faults that have not happened yet */
  readonly pending: number;
  /** requests whose answer is not at its end */
  readonly underWay: number;
  close(): Promise<void>;
}

const SLOW_DOWN =
  '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';

/** @param upstream the server's address, e.g. `http://127.0.0.1:8333` */
export async function startFaultyProxy(upstream: string): Promise<FaultyProxy> {
  const { hostname, port } = new URL(upstream);
  const planned = new Map<string, Fault[]>();
  let underWay = 0;
  const server = createServer((incoming, outgoing) => {
    underWay += 1;
    outgoing.once('close', () => (underWay -= 1));
    const fault = planned.get(incoming.method ?? '')?.shift();
    if (fault === 'slow down') {
      incoming
        .resume()
        .once('end', () => outgoing.writeHead(503, { 'content-type': 'application/xml' }).end(SLOW_DOWN));
    } else if (fault === 'silence') {
      incoming.resume();
    } else {
      // The host's name is part of what the client has signed: it goes on unchanged.
      const options = {
        hostname,
        port,
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers: incoming.headers,
      };
      const forwarded = request(options, (answer) => passOn(answer, outgoing, fault));
      forwarded.once('error', () => outgoing.destroy());
      incoming.pipe(forwarded);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: (method, ...faults) => void planned.set(method, [...(planned.get(method) ?? []), ...faults]),
    get pending() {
      return [...planned.values()].flat().length;
    },
    get underWay() {
      return underWay;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function passOn(answer: IncomingMessage, outgoing: ServerResponse, fault: Fault | undefined): void {
  if (fault === 'lost answer') {
    answer.resume().once('end', () => outgoing.destroy());
    return;
  }
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
  if (typeof fault !== 'object') {
    answer.pipe(outgoing);
    return;
  }
  let left = fault.cutAfter;
  answer.on('data', (chunk: Buffer) => {
    if (left < 0) return;
    const isLast = chunk.length >= left;
    outgoing.write(chunk.subarray(0, left), () => isLast && outgoing.destroy());
    left = isLast ? -1 : left - chunk.length;
  });
}

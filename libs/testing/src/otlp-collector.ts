import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { BinaryReader } from '@bufbuild/protobuf/wire';

/** What a span is to others. */
export type CollectedSpanKind = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** A span as a collector has received it. Ids are hexadecimal. */
export interface CollectedSpan {
  /** `service.name` of the process that it comes from */
  service: string;
  traceId: string;
  spanId: string;
  /** empty for the root of a trace */
  parentSpanId: string;
  name: string;
  kind: CollectedSpanKind;
  attributes: Readonly<Record<string, string | number | boolean>>;
  links: readonly { traceId: string; spanId: string }[];
  isError: boolean;
}

const KINDS: readonly CollectedSpanKind[] = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];

/** https://github.com/open-telemetry/opentelemetry-proto/blob/v1.8.0/opentelemetry/proto/trace/v1/trace.proto#L322 */
const STATUS_CODE_ERROR = 2;

/**
 * An OpenTelemetry collector for tests: takes OTLP over HTTP as protobuf, and decodes what it is sent by itself, from the bytes.
 * Field numbers: https://github.com/open-telemetry/opentelemetry-proto/tree/v1.8.0/opentelemetry/proto
 */
export class OtlpCollector {
  readonly spans: CollectedSpan[] = [];
  readonly metricNames = new Set<string>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<OtlpCollector> {
    const server = createServer();
    const collector = new OtlpCollector(server);
    server.on('request', (request, response) => {
      void collector.#take(request).then((status) => response.writeHead(status).end());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return collector;
  }

  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** @returns the HTTP status that it is answered with */
  async #take(request: IncomingMessage): Promise<number> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    if (request.headers['content-type'] !== 'application/x-protobuf') return 415;
    if (request.url === '/v1/traces') this.spans.push(...spansOf(bytes));
    else if (request.url === '/v1/metrics') for (const name of metricNamesOf(bytes)) this.metricNames.add(name);
    else return 404;
    return 200;
  }
}

/** The fields of a message by number, each value as it stands on the wire: a number, or bytes. */
function fieldsOf(bytes: Uint8Array): Map<number, (number | Uint8Array)[]> {
  const reader = new BinaryReader(bytes);
  const fields = new Map<number, (number | Uint8Array)[]>();
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    // 0 varint, 1 eight bytes, 2 bytes, 5 four bytes: https://protobuf.dev/programming-guides/encoding/#structure
    const value =
      wireType === 0
        ? Number(reader.int64())
        : wireType === 1
          ? reader.double()
          : wireType === 2
            ? reader.bytes()
            : reader.fixed32();
    fields.set(number, [...(fields.get(number) ?? []), value]);
  }
  return fields;
}

function messages(fields: ReturnType<typeof fieldsOf>, number: number): Uint8Array[] {
  return (fields.get(number) ?? []).filter((value) => typeof value !== 'number');
}

function text(fields: ReturnType<typeof fieldsOf>, number: number): string {
  return Buffer.from(messages(fields, number)[0] ?? []).toString();
}

function hex(fields: ReturnType<typeof fieldsOf>, number: number): string {
  return Buffer.from(messages(fields, number)[0] ?? []).toString('hex');
}

function numeric(fields: ReturnType<typeof fieldsOf>, number: number): number {
  return (fields.get(number) ?? []).find((value) => typeof value === 'number') ?? 0;
}

function attributesOf(fields: ReturnType<typeof fieldsOf>, number: number): CollectedSpan['attributes'] {
  return Object.fromEntries(
    messages(fields, number).map((pair) => {
      const entry = fieldsOf(pair);
      const value = fieldsOf(messages(entry, 2)[0] ?? new Uint8Array());
      // string_value = 1, bool_value = 2, int_value = 3, double_value = 4
      if (value.has(1)) return [text(entry, 1), text(value, 1)];
      if (value.has(2)) return [text(entry, 1), numeric(value, 2) === 1];
      return [text(entry, 1), value.has(3) ? numeric(value, 3) : numeric(value, 4)];
    }),
  );
}

function spansOf(request: Uint8Array): CollectedSpan[] {
  return messages(fieldsOf(request), 1).flatMap((bytes) => {
    const ofResource = fieldsOf(bytes);
    const resource = fieldsOf(messages(ofResource, 1)[0] ?? new Uint8Array());
    const service = String(attributesOf(resource, 1)['service.name'] ?? '');
    return messages(ofResource, 2).flatMap((scope) =>
      messages(fieldsOf(scope), 2).map((span): CollectedSpan => {
        const fields = fieldsOf(span);
        return {
          service,
          traceId: hex(fields, 1),
          spanId: hex(fields, 2),
          parentSpanId: hex(fields, 4),
          name: text(fields, 5),
          kind: KINDS[numeric(fields, 6)] ?? 'unspecified',
          attributes: attributesOf(fields, 9),
          links: messages(fields, 13).map((link) => {
            const linked = fieldsOf(link);
            return { traceId: hex(linked, 1), spanId: hex(linked, 2) };
          }),
          isError: messages(fields, 15).some((status) => numeric(fieldsOf(status), 3) === STATUS_CODE_ERROR),
        };
      }),
    );
  });
}

function metricNamesOf(request: Uint8Array): string[] {
  return messages(fieldsOf(request), 1).flatMap((ofResource) =>
    messages(fieldsOf(ofResource), 2).flatMap((scope) =>
      messages(fieldsOf(scope), 2).map((metric) => text(fieldsOf(metric), 1)),
    ),
  );
}

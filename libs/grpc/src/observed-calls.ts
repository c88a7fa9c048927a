import { InterceptingCall, ServerInterceptingCall, status, type Interceptor, type Metadata } from '@grpc/grpc-js';
import type { ServerInterceptor } from '@grpc/grpc-js';
import { failSpan, histogram, openSpan, withSpan, withTraceparent, type SpanAttributes } from '@spectrawl/telemetry';
import type { CallFailure } from './call-failure.ts';

/** Upper ends of buckets, in seconds: https://opentelemetry.io/docs/specs/semconv/rpc/rpc-metrics/ */
const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

const served = histogram('rpc.server.call.duration', { description: 'Calls that were answered', unit: 's' }, DURATIONS);
const called = histogram('rpc.client.call.duration', { description: 'Calls that were made', unit: 's' }, DURATIONS);

/** Statuses that are the server's fault; the others a caller can mend: https://opentelemetry.io/docs/specs/semconv/rpc/grpc/ */
const SERVER_FAULTS: readonly status[] = [
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.UNIMPLEMENTED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.DATA_LOSS,
];

/** Answers a call in its span, which is a child of the caller's. @returns how it failed, if it did */
export async function answerInSpan(
  rpc: string,
  metadata: Metadata,
  answer: () => Promise<void>,
  failureOf: (error: unknown) => CallFailure,
): Promise<CallFailure | undefined> {
  const serve = async (): Promise<CallFailure | undefined> =>
    await withSpan(
      rpc,
      about(rpc),
      async (span) => {
        try {
          await answer();
          span.setAttributes(ended(status.OK));
          return undefined;
        } catch (error) {
          const failure = failureOf(error);
          span.setAttributes(ended(failure.code));
          if (SERVER_FAULTS.includes(failure.code)) failSpan(span, error);
          return failure;
        }
      },
      { role: 'server' },
    );
  return await withTraceparent(metadata.get('traceparent')[0]?.toString(), serve);
}

/** Times every call of a server, also those that are refused before they reach their handler. */
export const timeServerCalls: ServerInterceptor = (method, call) => {
  const start = performance.now();
  const rpc = method.path.slice(1);
  let isOver = false;
  const note = (code: status): void => {
    if (isOver) return;
    isOver = true;
    served.record(seconds(start), { ...named(rpc), 'rpc.response.status_code': status[code] });
  };
  return new ServerInterceptingCall(call, {
    start: (next) => next({ onCancel: () => note(status.CANCELLED) }),
    sendStatus: (sent, next) => {
      note(sent.code);
      next(sent);
    },
  });
};

/** Makes every call of a client a span, whose trace goes with it, and times it. Attempts of one call are one span. */
export const observeClientCalls: Interceptor = (options, nextCall) => {
  const rpc = options.method_definition.path.slice(1);
  return new InterceptingCall(nextCall(options), {
    start: (metadata, _, next) => {
      const start = performance.now();
      const span = openSpan(rpc, about(rpc), { role: 'client' });
      if (span.traceparent !== undefined) metadata.set('traceparent', span.traceparent);
      next(metadata, {
        onReceiveStatus: (received, proceed) => {
          span.setAttributes(ended(received.code));
          span.end(
            received.code === status.OK ? undefined : new Error(`${status[received.code]}: ${received.details}`),
          );
          called.record(seconds(start), { ...named(rpc), 'rpc.response.status_code': status[received.code] });
          proceed(received);
        },
      });
    },
  });
};

function named(rpc: string): SpanAttributes {
  return { 'rpc.system.name': 'grpc', 'rpc.method': rpc };
}

/** Also under the names that the conventions had before, which many tools still look for. */
function about(rpc: string): SpanAttributes {
  return { ...named(rpc), 'rpc.system': 'grpc', 'rpc.service': rpc.slice(0, rpc.indexOf('/')) };
}

function ended(code: status): SpanAttributes {
  return { 'rpc.response.status_code': status[code], 'rpc.grpc.status_code': code };
}

function seconds(start: number): number {
  return (performance.now() - start) / 1000;
}

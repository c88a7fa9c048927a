import { randomBytes } from 'node:crypto';
import {
  context,
  isSpanContextValid,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

export type SpanAttributes = Attributes;

// Without an OpenTelemetry SDK the API keeps no context across `await`. This manager does, so that a trace that arrives with a
// request leaves again with the events it causes. An SDK that was set up before this module was loaded keeps its own manager.
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

const TRACER = 'spectrawl';

/** https://www.w3.org/TR/trace-context/#traceparent-header, version 00; a later version may append fields. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/** The valid span context that is active now, if there is one. */
export function currentSpanContext(): SpanContext | undefined {
  const spanContext = trace.getSpanContext(context.active());
  return spanContext !== undefined && isSpanContextValid(spanContext) ? spanContext : undefined;
}

/** The active trace as a W3C `traceparent` header value, or undefined outside of any trace. */
export function currentTraceparent(): string | undefined {
  const span = currentSpanContext();
  return span && `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, '0')}`;
}

/** Runs `fn` inside the trace that a W3C `traceparent` names; outside of any trace when it is absent or malformed. */
export function withTraceparent<T>(traceparent: string | undefined, fn: () => T): T {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  const outside = trace.deleteSpan(context.active());
  if (traceId === undefined || spanId === undefined || flags === undefined) return context.with(outside, fn);
  const remote = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return context.with(isSpanContextValid(remote) ? trace.setSpanContext(outside, remote) : outside, fn);
}

/**
 * Runs `fn` in a span: a child of the active one, else the root of a new trace. A rejection marks the span as failed and is passed
 * on. Without an SDK nothing is recorded, but trace ids still come into being and travel, so that logs can be joined by them.
 */
export async function withSpan<T>(
  name: string,
  attributes: SpanAttributes,
  fn: (span: Span) => Promise<T>,
): Promise<T> {
  const span = trace.getTracer(TRACER).startSpan(name, { attributes });
  return context.with(contextOf(span), async () => {
    try {
      return await fn(span);
    } catch (error) {
      span.recordException(error instanceof Error ? error : String(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

function contextOf(span: Span): Context {
  if (isSpanContextValid(span.spanContext())) return trace.setSpan(context.active(), span);
  return trace.setSpanContext(context.active(), {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    traceFlags: TraceFlags.NONE,
  });
}

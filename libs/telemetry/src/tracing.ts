import { randomBytes } from 'node:crypto';
import {
  context,
  isSpanContextValid,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Link,
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

/** What a span is to others: the two ends of a call, the two ends of an event, or neither. */
export type SpanRole = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

const KINDS: Record<SpanRole, SpanKind> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

export interface SpanOptions {
  role?: SpanRole;
  /** W3C `traceparent`s of spans that have to do with this one without being its parent; absent and malformed ones are left out */
  links?: readonly (string | undefined)[];
  /** Begins a new trace, whatever is active. */
  root?: boolean;
}

/** The valid span context that is active now, if there is one. */
export function currentSpanContext(): SpanContext | undefined {
  const spanContext = trace.getSpanContext(context.active());
  return spanContext !== undefined && isSpanContextValid(spanContext) ? spanContext : undefined;
}

/** The active trace as a W3C `traceparent` header value, or undefined outside of any trace. */
export function currentTraceparent(): string | undefined {
  return traceparentOf(currentSpanContext());
}

/** Runs `fn` inside the trace that a W3C `traceparent` names; outside of any trace when it is absent or malformed. */
export function withTraceparent<T>(traceparent: string | undefined, fn: () => T): T {
  return context.with(contextAt(traceparent), fn);
}

/**
 * Runs `fn` in a span: a child of the active one, else the root of a new trace. A rejection marks the span as failed and is passed
 * on. Without an SDK nothing is recorded, but trace ids still come into being and travel, so that logs can be joined by them.
 */
export async function withSpan<T>(
  name: string,
  attributes: SpanAttributes,
  fn: (span: Span) => Promise<T>,
  options: SpanOptions = {},
): Promise<T> {
  const around = options.root ? trace.deleteSpan(context.active()) : context.active();
  const span = start(name, attributes, options, around);
  return context.with(contextOf(span, around), async () => {
    try {
      return await fn(span);
    } catch (error) {
      failSpan(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/**
 * Runs `fn` in a span where it is a step of a trace, and just runs it otherwise: for adapters, whose every step by itself would
 * be a trace that tells nothing.
 */
export async function withStep<T>(name: string, attributes: SpanAttributes, fn: () => Promise<T>): Promise<T> {
  return currentSpanContext() === undefined ? await fn() : await withSpan(name, attributes, fn, { role: 'client' });
}

/** A span that is not bound to the run of a function. */
export interface OpenSpan {
  /** What carries the trace on: of this span, or, without an SDK, of its parent. */
  readonly traceparent: string | undefined;
  setAttributes(attributes: SpanAttributes): void;
  /** A span that is never ended is never recorded. */
  end(failure?: unknown): void;
}

/** Begins a span. @param parent its parent, where that is not the active span */
export function openSpan(
  name: string,
  attributes: SpanAttributes,
  options: SpanOptions & { parent?: string | undefined } = {},
): OpenSpan {
  const span = start(
    name,
    attributes,
    options,
    'parent' in options && options.parent !== undefined ? contextAt(options.parent) : context.active(),
  );
  const spanContext = span.spanContext();
  return {
    traceparent: traceparentOf(isSpanContextValid(spanContext) ? spanContext : undefined),
    setAttributes: (more) => void span.setAttributes(more),
    end: (failure) => {
      if (failure !== undefined) failSpan(span, failure);
      span.end();
    },
  };
}

/** Links the active span to others. Absent and malformed ones are left out. */
export function linkCurrentSpan(traceparent: string | undefined): void {
  const linked = parse(traceparent);
  if (linked) trace.getActiveSpan()?.addLink({ context: linked });
}

/** Adds attributes to the active span. */
export function describeCurrentSpan(attributes: SpanAttributes): void {
  trace.getActiveSpan()?.setAttributes(attributes);
}

function start(name: string, attributes: SpanAttributes, { role = 'internal', links = [] }: SpanOptions, at: Context) {
  const linked = links.flatMap((traceparent): Link[] => {
    const spanContext = parse(traceparent);
    return spanContext ? [{ context: spanContext }] : [];
  });
  return trace.getTracer(TRACER).startSpan(name, { attributes, kind: KINDS[role], links: linked }, at);
}

/** Marks a span as failed. */
export function failSpan(span: Span, error: unknown): void {
  span.recordException(error instanceof Error ? error : String(error));
  span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
}

function traceparentOf(span: SpanContext | undefined): string | undefined {
  return span && `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, '0')}`;
}

function parse(traceparent: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  const remote = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(remote) ? remote : undefined;
}

function contextAt(traceparent: string | undefined): Context {
  const outside = trace.deleteSpan(context.active());
  const remote = parse(traceparent);
  return remote ? trace.setSpanContext(outside, remote) : outside;
}

function contextOf(span: Span, around: Context): Context {
  if (isSpanContextValid(span.spanContext())) return trace.setSpan(around, span);
  return trace.setSpanContext(around, {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    traceFlags: TraceFlags.NONE,
  });
}

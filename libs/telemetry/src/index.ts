export { logger, type Logger } from './logger.ts';
export { currentTraceparent, withSpan, withTraceparent, type SpanAttributes } from './tracing.ts';

export { aboutIteration } from './about-iteration.ts';
export { logger, type Logger } from './logger.ts';
export { counter, gauge, histogram, type MetricAttributes, type Reading } from './metrics.ts';
export { startTelemetry, type Telemetry, type TelemetryOptions } from './start-telemetry.ts';
export { TelemetrySettingsError } from './telemetry-settings.ts';
export {
  currentTraceparent,
  describeCurrentSpan,
  failSpan,
  linkCurrentSpan,
  openSpan,
  withSpan,
  withStep,
  withTraceparent,
  type OpenSpan,
  type SpanAttributes,
} from './tracing.ts';

import { pino, stdSerializers, type DestinationStream, type Level, type Logger } from 'pino';
import { PinoPretty } from 'pino-pretty';
import { currentSpanContext } from './tracing.ts';

export type { Logger } from 'pino';

/** Fields whose value is replaced by `***`, at the top of a record or one or two levels below. */
const SECRET_FIELDS = [
  'password',
  'secret',
  'token',
  'accessToken',
  'refreshToken',
  'clientSecret',
  'secretAccessKey',
  'sessionToken',
  'privateKey',
  'authorization',
  'cookie',
];

const LEVELS: readonly (Level | 'silent')[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** How records are written. */
export interface LogOptions {
  level: Level | 'silent';
  format: 'json' | 'pretty';
}

/**
 * Reads `LOG_LEVEL` (trace … fatal or silent; default info) and `LOG_FORMAT` (json or pretty; default pretty on a terminal).
 * @throws {RangeError} when either variable has another value
 */
export function logOptions(environment: NodeJS.ProcessEnv, isTerminal: boolean): LogOptions {
  const level = LEVELS.find((known) => known === (environment['LOG_LEVEL'] ?? 'info').toLowerCase());
  if (level === undefined) {
    throw new RangeError(`LOG_LEVEL is "${environment['LOG_LEVEL']}": set one of ${LEVELS.join(', ')}`);
  }
  const format = environment['LOG_FORMAT'] ?? (isTerminal ? 'pretty' : 'json');
  if (format !== 'json' && format !== 'pretty') {
    throw new RangeError(`LOG_FORMAT is "${format}": set json or pretty`);
  }
  return { level, format };
}

/** Builds the logger that all named loggers descend from; `destination` takes the JSON lines (or the pretty printer's input). */
export function createRootLogger(level: Level | 'silent', destination: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: stdSerializers.err },
      redact: {
        paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
        censor: '***',
      },
      mixin: () => {
        const span = currentSpanContext();
        return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
      },
    },
    destination,
  );
}

let root: Logger | undefined;

function rootLogger(): Logger {
  if (root === undefined) {
    const { level, format } = logOptions(process.env, process.stdout.isTTY);
    // Written synchronously, so that the last words of a process that dies are not lost with it.
    const destination =
      format === 'pretty'
        ? PinoPretty({ sync: true, ignore: 'trace_id,span_id' })
        : pino.destination({ dest: 1, sync: true });
    root = createRootLogger(level, destination);
  }
  return root;
}

/**
 * The logger of one part of the program. Messages are constants; what varies goes into fields:
 * `log.info({ shard, rows }, 'shard scored')`. An error goes into the field `error`. Records carry the ids of the current trace.
 */
export function logger(name: string): Logger {
  return rootLogger().child({ name });
}

import { describe, expect, test } from 'vitest';
import { createRootLogger, logOptions } from './logger.ts';
import { currentTraceparent, withSpan } from './tracing.ts';

function captured() {
  const lines: string[] = [];
  const log = createRootLogger('info', { write: (line) => lines.push(line) });
  return { log, records: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('a logger', () => {
  test('writes one JSON line a record, with its name, level, time and fields', () => {
    const { log, records } = captured();
    log.child({ name: 'inference' }).info({ shard: 42, rows: 1000 }, 'shard scored');
    log.debug('not said at this level');
    expect(records()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
        name: 'inference',
        shard: 42,
        rows: 1000,
        msg: 'shard scored',
      },
    ]);
  });

  test('hides secrets', () => {
    const { log, records } = captured();
    log.info(
      {
        password: 'p',
        config: { token: 't', url: 'u', s3: { secretAccessKey: 'k' } },
        metadata: { authorization: 'a' },
      },
      'configured',
    );
    expect(records()[0]).toMatchObject({
      password: '***',
      config: { token: '***', url: 'u', s3: { secretAccessKey: '***' } },
      metadata: { authorization: '***' },
    });
  });

  test('writes an error with its cause and place', () => {
    const { log, records } = captured();
    log.error({ error: new TypeError('broken', { cause: new Error('the reason') }) }, 'failed');
    expect(records()[0]?.['error']).toMatchObject({
      type: 'TypeError',
      message: 'broken: the reason',
      stack: expect.stringContaining('logger.test.ts') as string,
    });
  });

  test('names the trace that it speaks in', async () => {
    const { log, records } = captured();
    const traceparent = await withSpan('work', {}, async () => {
      log.info('inside');
      return currentTraceparent();
    });
    log.info('outside');
    const [inside, outside] = records();
    expect(`00-${String(inside?.['trace_id'])}-${String(inside?.['span_id'])}-00`).toBe(traceparent);
    expect(outside).not.toHaveProperty('trace_id');
  });
});

describe('log options', () => {
  test('are info, and pretty on a terminal', () => {
    expect(logOptions({}, true)).toEqual({ level: 'info', format: 'pretty' });
    expect(logOptions({}, false)).toEqual({ level: 'info', format: 'json' });
    expect(logOptions({ LOG_LEVEL: 'DEBUG', LOG_FORMAT: 'json' }, true)).toEqual({ level: 'debug', format: 'json' });
  });

  test('refuse other values, naming the known ones', () => {
    expect(() => logOptions({ LOG_LEVEL: 'loud' }, false)).toThrow(/LOG_LEVEL is "loud".*trace, debug, info/);
    expect(() => logOptions({ LOG_FORMAT: 'xml' }, false)).toThrow(/LOG_FORMAT is "xml".*json or pretty/);
  });
});

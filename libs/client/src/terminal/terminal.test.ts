import { styleText } from 'node:util';
import { RpcError, status } from '@spectrawl/grpc';
import { describe, expect, it } from 'vitest';
import { columns } from './columns.ts';
import { EXIT, exitCodeOf, failureText, Interrupted, UsageError } from './failure.ts';
import { readKeys } from './keys.ts';
import { fraction, wholeNumber } from './option-values.ts';

const rpcError = (code: status): RpcError => new RpcError('a.B/C', code, 'no service answers', undefined);

describe('exit codes', () => {
  it.each([
    [new UsageError('wrong'), EXIT.usage],
    [rpcError(status.INVALID_ARGUMENT), EXIT.usage],
    [rpcError(status.UNAVAILABLE), EXIT.unavailable],
    [rpcError(status.NOT_FOUND), EXIT.notFound],
    [rpcError(status.ALREADY_EXISTS), EXIT.refused],
    [rpcError(status.FAILED_PRECONDITION), EXIT.refused],
    [rpcError(status.INTERNAL), EXIT.failed],
    [new Interrupted(), EXIT.interrupted],
    [new Error('else'), EXIT.failed],
    ['no error at all', EXIT.failed],
  ])('%s ends with %i', (error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });

  it('says how to reach services that do not answer', () => {
    expect(failureText(rpcError(status.UNAVAILABLE))).toContain('--address HOST:PORT');
    expect(failureText(rpcError(status.NOT_FOUND))).toBe('no service answers');
  });
});

describe('a table', () => {
  it('aligns numbers to the right and text to the left; colours take no room', () => {
    const red = styleText('red', 'bc', { validateStream: false });
    expect(
      columns(
        ['name', 'count'],
        [
          ['a', 1],
          [red, 20],
        ],
      ),
    ).toBe(`name  count\na         1\n${red}       20`);
  });
});

describe('keys', () => {
  it('have names where they type nothing', () => {
    expect(readKeys('1\x7f\b\r\x03\x1b')).toEqual(['1', 'backspace', 'backspace', 'enter', 'ctrl-c', 'escape']);
  });

  it('are characters otherwise; arrows, line feeds and other control characters are none', () => {
    expect(readKeys('zα😀\x1b[A\x1b[3~\x1bOP\n\t?')).toEqual(['z', 'α', '😀', '?']);
  });
});

describe("an option's value", () => {
  it('is an integer within its limits', () => {
    const read = wholeNumber({ least: 1, most: 10 });
    expect(read('10')).toBe(10);
    for (const wrong of ['0', '11', '1.5', '1e1', '', ' 3', 'x']) expect(() => read(wrong)).toThrow('1 to 10');
    expect(() => wholeNumber({ least: 0 })('9007199254740993')).toThrow('0 or more');
  });

  it('is a fraction', () => {
    expect(fraction('0.25')).toBe(0.25);
    for (const wrong of ['-0.1', '1.1', '', 'x']) expect(() => fraction(wrong)).toThrow('0 to 1');
  });
});

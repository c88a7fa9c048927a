import { expect, it } from 'vitest';
import { PythonError, python } from './python.ts';

it('hands arguments and input to a program and answers what it prints', async () => {
  const program = 'import sys; print(sys.argv[1], sys.stdin.read().upper())';
  expect(await python(program, ['flux'], 'halpha')).toBe('flux HALPHA\n');
});

it('brings the judges the tests rely on', async () => {
  const versions = await python('import astropy, duckdb, numpy, pyarrow, scipy; print(astropy.__version__)');
  expect(versions).toMatch(/^7\./);
});

it('reports what a failing program complained of', async () => {
  const failure = python('raise ValueError("the flux is flat")');
  await expect(failure).rejects.toThrow(PythonError);
  await expect(failure).rejects.toThrow('the flux is flat');
});

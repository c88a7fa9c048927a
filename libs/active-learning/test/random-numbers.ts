import { createDraw } from '../src/priority.ts';

/** A repeatable source of uniform numbers in [0, 1) for simulations in tests. */
export function randomNumbers(seed: number): () => number {
  const draw = createDraw(seed, 'query');
  let count = 0;
  return () => draw(`${count++}`);
}

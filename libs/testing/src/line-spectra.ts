import { drawNumber } from '@spectrawl/active-learning';
import { FEATURE_COUNT } from '@spectrawl/pool';

/** The classes of the campaigns that tests run, in their order. */
export const CLASSES = ['absorption', 'single-peak', 'double-peak'];

/** Half of the peak-to-peak noise. */
const NOISE = 0.15;

/**
 * Features that a small network learns to tell apart in seconds: a dip, a bump, or a bump with a dip in it, on noise.
 * @param shape index of the class in CLASSES
 * @param id decides width and noise: the same id has the same features
 * @returns 140 values from -1 to 1
 */
export function lineFeatures(shape: number, id: string): Float32Array {
  const draw = (purpose: string): number => drawNumber(0, 'query', `${id} ${purpose}`);
  const sigma = 4 + 6 * draw('width');
  return Float32Array.from({ length: FEATURE_COUNT }, (_, pixel) => {
    const square = ((pixel - FEATURE_COUNT / 2) / sigma) ** 2;
    const bump = Math.exp(-square);
    const line = [-bump, bump, 1.5 * (bump - Math.exp(-9 * square))][shape] ?? 0;
    return Math.min(1, Math.max(-1, line + NOISE * (2 * draw(`pixel ${pixel}`) - 1)));
  });
}

import { seededRandom } from '../src/seeded-random.ts';

/** Spectra of three classes that are easy to tell apart: a dip, a bump, a bump with a dip in it, on noise; 7 : 2 : 1. */
export function lineSpectra(rows: number, seed: number): { features: Float32Array; classes: Uint8Array } {
  const WIDTH = 140;
  const { uniform } = seededRandom(seed, 'line spectra');
  const features = new Float32Array(rows * WIDTH);
  const classes = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const label = row % 10 < 7 ? 0 : row % 10 < 9 ? 1 : 2;
    const sigma = 4 + 6 * uniform();
    for (let i = 0; i < WIDTH; i++) {
      const square = ((i - 70) / sigma) ** 2;
      const line = [-Math.exp(-square), Math.exp(-square), Math.exp(-square) - Math.exp(-9 * square)][label]!;
      features[row * WIDTH + i] = line + 0.3 * (uniform() - 0.5);
    }
    classes[row] = label;
  }
  return { features, classes };
}

/** The likeliest class of each row. */
export function likeliest(probabilities: Float32Array, classCount: number): Uint8Array {
  return Uint8Array.from({ length: probabilities.length / classCount }, (_, row) => {
    const ofRow = probabilities.subarray(row * classCount, (row + 1) * classCount);
    return ofRow.indexOf(Math.max(...ofRow));
  });
}

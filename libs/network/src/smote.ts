import type { SeededRandom } from './seeded-random.ts';
import type { TrainingSet } from './training-set.ts';

/** Neighbours among which SMOTE chooses: the paper's authors', and imbalanced-learn's default. */
export const SMOTE_NEIGHBOURS = 5;

/**
 * Balances classes by SMOTE (Chawla et al. 2002, doi:10.1613/jair.953), as imbalanced-learn does: every class is filled up to the
 * size of the largest with rows drawn on the segment between a random row of the class and one of its nearest neighbours in
 * it. The original rows stay, in their order, before the new ones. A class with too few rows has fewer neighbours; the only row of a
 * class is repeated; an absent class stays absent. (imbalanced-learn refuses the first two; early in a campaign they occur.)
 *
 * @param width values a row
 * @param random a stream used for nothing else
 * @returns the rows given and the new ones; a new row's weight lies between its parents' as the row itself does
 */
export function balanceBySmote(
  { features, classes, exampleWeights }: TrainingSet,
  width: number,
  random: SeededRandom,
  neighbours = SMOTE_NEIGHBOURS,
): TrainingSet {
  const rowsOfClass = new Map<number, number[]>();
  classes.forEach((label, row) => {
    const rows = rowsOfClass.get(label);
    if (rows) rows.push(row);
    else rowsOfClass.set(label, [row]);
  });
  const largest = Math.max(0, ...[...rowsOfClass.values()].map((rows) => rows.length));
  const total = largest * rowsOfClass.size;

  const balanced = {
    features: new Float32Array(total * width),
    classes: new Uint8Array(total),
    exampleWeights: new Float32Array(total),
  };
  balanced.features.set(features);
  balanced.classes.set(classes);
  balanced.exampleWeights.set(exampleWeights);

  let next = classes.length;
  for (const [label, rows] of [...rowsOfClass].sort(([one], [other]) => one - other)) {
    // Only rows that are drawn need their neighbours: a class that lacks little costs little.
    const known = new Map<number, number[]>();
    for (let missing = largest - rows.length; missing > 0; missing--, next++) {
      const row = rows[random.below(rows.length)]!;
      const near = known.get(row) ?? nearestRows(features, width, row, rows, neighbours);
      known.set(row, near);
      const neighbour = near.length > 0 ? near[random.below(near.length)]! : row;
      const step = random.uniform();
      for (let i = 0; i < width; i++) {
        const from = features[row * width + i]!;
        balanced.features[next * width + i] = from + step * (features[neighbour * width + i]! - from);
      }
      balanced.classes[next] = label;
      const weight = exampleWeights[row]!;
      balanced.exampleWeights[next] = weight + step * (exampleWeights[neighbour]! - weight);
    }
  }
  return balanced;
}

/** The `count` rows nearest to `row` among `candidates`, itself excepted: by Euclidean distance, ties by position. */
function nearestRows(
  features: Float32Array,
  width: number,
  row: number,
  candidates: readonly number[],
  count: number,
): number[] {
  const nearest: { row: number; distance: number }[] = [];
  for (const candidate of candidates) {
    if (candidate === row) continue;
    const bound = nearest.length === count ? nearest[count - 1]!.distance : Infinity;
    let distance = 0;
    for (let i = 0; i < width && distance < bound; i++) {
      const difference = features[row * width + i]! - features[candidate * width + i]!;
      distance += difference * difference;
    }
    if (distance >= bound) continue;
    let place = nearest.length;
    while (place > 0 && nearest[place - 1]!.distance > distance) place -= 1;
    nearest.splice(place, 0, { row: candidate, distance });
    if (nearest.length > count) nearest.pop();
  }
  return nearest.map((each) => each.row);
}

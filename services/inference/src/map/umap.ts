import type { NearestRows } from './nearest-rows.ts';

// Uniform Manifold Approximation and Projection: McInnes, Healy & Melville 2018, arXiv:1802.03426. The names of its constants are in brackets.

/** The curve 1 / (1 + a d^(2b)) for points that may lie 0.1 apart (min_dist) where the scale is 1 (spread); section 4.3. */
const CURVE = { a: 1.5769434603113077, b: 0.8950608779109733 };
/** Repelled for each that attracts (negative_sample_rate). */
const REPELLED = 5;
/** Largest move along an axis by one neighbour. */
const LARGEST_MOVE = 4;
/** Keeps the repulsion of points that coincide finite. */
const SMALLEST_SQUARE = 0.001;
/** The initial layout has this half width. */
const EXTENT = 10;
/** Halvings that find a row's scale. */
const BISECTIONS = 64;

/** Random numbers that a seed repeats. */
export interface Random {
  /** In [0, 1). */
  readonly uniform: () => number;
  /** Among 0, 1, …, count − 1. */
  readonly below: (count: number) => number;
}

/** Which rows attract which, and how strongly: `weights[i]` is in (0, 1]. */
export interface Attraction {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly weights: Float32Array;
}

/**
 * How near each neighbour is, in terms of its row's own surroundings: 1 for the nearest one, and less beyond, so that the sum is the
 * logarithm of their number (smooth_knn_dist). n × k as the neighbours are.
 */
export function memberships({ k, distances }: NearestRows): Float32Array {
  const strengths = new Float32Array(distances.length);
  const target = Math.log2(Math.max(2, k));
  for (let start = 0; start < distances.length; start += k) {
    const nearest = distances[start]!;
    const sumAt = (scale: number): number => {
      let sum = 0;
      for (let i = start; i < start + k; i++) sum += Math.exp((nearest - distances[i]!) / scale);
      return sum;
    };
    let low = 0;
    let high = 1e-6 + distances[start + k - 1]! - nearest;
    while (sumAt(high) < target && high < 1e12) high *= 2;
    for (let step = 0; step < BISECTIONS; step++) {
      const middle = (low + high) / 2;
      if (sumAt(middle) > target) high = middle;
      else low = middle;
    }
    for (let i = start; i < start + k; i++) strengths[i] = Math.exp((nearest - distances[i]!) / high);
  }
  return strengths;
}

/** The attraction among rows that are each other's neighbours: a probabilistic union of both directions. */
export function mutualAttraction(neighbours: NearestRows): Attraction {
  const { k, rows } = neighbours;
  const strengths = memberships(neighbours);
  const ofRow = (row: number, other: number): number => {
    for (let i = row * k; i < (row + 1) * k; i++) if (rows[i] === other) return strengths[i]!;
    return 0;
  };
  const edges: { from: number; to: number; weight: number }[] = [];
  for (let i = 0; i < rows.length; i++) {
    const from = Math.floor(i / k);
    const to = rows[i]!;
    const back = ofRow(to, from);
    // A pair that names each other comes twice; it counts where the smaller row names it.
    if (back > 0 && to < from) continue;
    edges.push({ from, to, weight: strengths[i]! + back - strengths[i]! * back });
  }
  return {
    from: Int32Array.from(edges, ({ from }) => from),
    to: Int32Array.from(edges, ({ to }) => to),
    weights: Float32Array.from(edges, ({ weight }) => weight),
  };
}

/**
 * Lays rows out in the plane.
 *
 * @param initial n × 2; scaled to fit, and left as it is
 * @param epochs rounds, some hundred
 * @param onEpoch is told of each round
 * @returns n × 2
 */
export function layOut(
  attraction: Attraction,
  initial: Float32Array,
  epochs: number,
  random: Random,
  onEpoch: (epoch: number) => void = () => undefined,
): Float64Array {
  let largest = 0;
  for (const value of initial) largest = Math.max(largest, Math.abs(value));
  // Rows that coincide would otherwise never part.
  const places = Float64Array.from(
    initial,
    (value) => (value / (largest || 1)) * EXTENT + (random.uniform() - 0.5) * 1e-3,
  );
  pull({ attraction, places, others: places, epochs, rate: 1, random, onEpoch });
  return places;
}

/**
 * Places further rows among rows that are laid out, and leave those where they are.
 *
 * @param neighbours of each row among those that are laid out
 * @param laidOut m × 2
 * @returns n × 2
 */
export function place(neighbours: NearestRows, laidOut: Float64Array, epochs: number, random: Random): Float64Array {
  const { k, rows } = neighbours;
  const weights = memberships(neighbours);
  const places = new Float64Array((rows.length / k) * 2);
  for (let start = 0; start < rows.length; start += k) {
    let total = 0;
    const at = (start / k) * 2;
    for (let i = start; i < start + k; i++) {
      total += weights[i]!;
      places[at]! += weights[i]! * laidOut[2 * rows[i]!]!;
      places[at + 1]! += weights[i]! * laidOut[2 * rows[i]! + 1]!;
    }
    places[at]! /= total;
    places[at + 1]! /= total;
  }
  const attraction = { from: Int32Array.from(rows, (_, i) => Math.floor(i / k)), to: rows, weights };
  pull({ attraction, places, others: laidOut, epochs, rate: 0.25, random, onEpoch: () => undefined });
  return places;
}

/** Stochastic gradient descent: neighbours attract as often as their weight says, random others repel. */
function pull(options: {
  attraction: Attraction;
  places: Float64Array;
  /** The same array where both ends of an attraction move. */
  others: Float64Array;
  epochs: number;
  /** Of the first round; it falls to 0. */
  rate: number;
  random: Random;
  onEpoch: (epoch: number) => void;
}): void {
  const { attraction, places, others, epochs, rate, random, onEpoch } = options;
  const { from, to, weights } = attraction;
  const { a, b } = CURVE;
  const bothMove = places === others;
  const count = others.length / 2;
  const strongest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  /** The round in which each is next in turn. */
  const next = Float64Array.from(weights, (weight) => strongest / weight);
  for (let epoch = 0; epoch < epochs; epoch++) {
    onEpoch(epoch);
    const step = rate * (1 - epoch / epochs);
    for (let edge = 0; edge < from.length; edge++) {
      if (next[edge]! > epoch + 1) continue;
      next[edge]! += strongest / weights[edge]!;
      const mine = 2 * from[edge]!;
      const theirs = 2 * to[edge]!;
      let dx = places[mine]! - others[theirs]!;
      let dy = places[mine + 1]! - others[theirs + 1]!;
      let square = dx * dx + dy * dy;
      if (square > 0) {
        const power = square ** b;
        const pulling = (-2 * a * b * power) / square / (a * power + 1);
        const moveX = limited(pulling * dx) * step;
        const moveY = limited(pulling * dy) * step;
        places[mine]! += moveX;
        places[mine + 1]! += moveY;
        if (bothMove) {
          others[theirs]! -= moveX;
          others[theirs + 1]! -= moveY;
        }
      }
      for (let time = 0; time < REPELLED; time++) {
        const other = 2 * random.below(count);
        if (bothMove && other === mine) continue;
        dx = places[mine]! - others[other]!;
        dy = places[mine + 1]! - others[other + 1]!;
        square = dx * dx + dy * dy;
        if (square === 0) continue;
        const pushing = (2 * b) / ((SMALLEST_SQUARE + square) * (1 + a * square ** b));
        places[mine]! += limited(pushing * dx) * step;
        places[mine + 1]! += limited(pushing * dy) * step;
      }
    }
  }
}

const limited = (move: number): number => Math.max(-LARGEST_MOVE, Math.min(LARGEST_MOVE, move));

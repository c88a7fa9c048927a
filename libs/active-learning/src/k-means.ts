import { drawNumber } from './priority.ts';
import type { Seed } from './priority.ts';

/** Lloyd's iterations at most; on hundreds of points the assignment settles earlier. */
const MAX_ITERATIONS = 50;

function squaredDistance(a: Float64Array | Float32Array, b: Float64Array | Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return sum;
}

/** The first centre is the first point; each next is drawn with probability ∝ squared distance to the nearest so far. */
function seedCentres(points: readonly Float32Array[], clusters: number, seed: Seed): Float64Array[] {
  const centres = points.slice(0, 1).map((point) => Float64Array.from(point));
  const distances = new Float64Array(points.length).fill(Number.POSITIVE_INFINITY);
  while (centres.length < clusters) {
    const newest = centres.at(-1) ?? new Float64Array(0);
    let total = 0;
    for (const [at, point] of points.entries()) {
      distances[at] = Math.min(distances[at] ?? 0, squaredDistance(point, newest));
      total += distances[at] ?? 0;
    }
    if (total === 0) break;
    let left = drawNumber(seed, 'cluster', String(centres.length)) * total;
    let chosen = distances.findLastIndex((distance) => distance > 0);
    for (const [at, distance] of distances.entries()) {
      left -= distance;
      if (left < 0) {
        chosen = at;
        break;
      }
    }
    centres.push(Float64Array.from(points[chosen] ?? []));
  }
  return centres;
}

function nearest(point: Float32Array, centres: readonly Float64Array[]): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [at, centre] of centres.entries()) {
    const distance = squaredDistance(point, centre);
    if (distance < least) {
      least = distance;
      best = at;
    }
  }
  return best;
}

/**
 * k-means (Lloyd) of equally long points from k-means++ centres (Arthur & Vassilvitskii 2007), repeatable from the seed and
 * the points' order.
 *
 * @returns the cluster of each point, numbered from 0 in the order of each cluster's first point; fewer clusters than
 *   asked for when fewer points differ
 */
export function kMeans(points: readonly Float32Array[], clusters: number, seed: Seed): number[] {
  let centres = seedCentres(points, Math.min(clusters, points.length), seed);
  let assigned = points.map((point) => nearest(point, centres));
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    centres = centres.map((centre, cluster) => {
      const members = points.filter((_, at) => assigned[at] === cluster);
      if (members.length === 0) return centre;
      return centre.map((_, i) => members.reduce((sum, member) => sum + (member[i] ?? 0), 0) / members.length);
    });
    const next = points.map((point) => nearest(point, centres));
    const settled = next.every((cluster, at) => cluster === assigned[at]);
    assigned = next;
    if (settled) break;
  }
  const order = [...new Set(assigned)];
  return assigned.map((cluster) => order.indexOf(cluster));
}

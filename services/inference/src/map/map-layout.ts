import { seededRandom } from '@spectrawl/network';
import { nearestRows } from './nearest-rows.ts';
import { principalComponents, project, type PrincipalComponents } from './principal-components.ts';
import { layOut, mutualAttraction, place } from './umap.ts';

/** Coordinates kept of what the network sees: with three classes more than that is noise, and the search for neighbours takes longer. */
const COMPONENTS = 16;
/** Neighbours of a landmark: UMAP's own choice (n_neighbors). */
const NEIGHBOURS = 15;
/** UMAP's own choices for data of this size, and for rows that are added to a layout (n_epochs). */
const EPOCHS = 200;
const PLACING_EPOCHS = 30;
/** Landmarks that tell where another row belongs. */
const PLACING_NEIGHBOURS = 6;
/** Rows placed at a time, for the sake of progress. */
const PLACED_TOGETHER = 4096;

/**
 * Lays spectra out in the plane by what a network sees of them. The first rows are landmarks, laid out by UMAP from their first two
 * principal components; each other row is placed among the landmarks that it resembles. This takes time in proportion to the number
 * of rows, where laying out all of them would take many times as long. The same rows and seed give the same layout.
 */
export class MapLayout {
  readonly #width: number;
  readonly #landmarks: number;
  readonly #seed: number;
  #waiting: Float32Array[] = [];
  #waitingRows = 0;
  #components: PrincipalComponents | undefined;
  readonly #projected: Float32Array[] = [];

  /** @param width values of a row @param landmarks of the rows that will come @param seed unsigned, 32 bits */
  constructor(width: number, landmarks: number, seed: number) {
    this.#width = width;
    this.#landmarks = landmarks;
    this.#seed = seed;
  }

  /** Takes rows: n × width. */
  add(rows: Float32Array): void {
    if (this.#components) {
      this.#projected.push(project(this.#components, rows));
      return;
    }
    this.#waiting.push(rows);
    this.#waitingRows += rows.length / this.#width;
    if (this.#waitingRows >= this.#landmarks) this.#fit();
  }

  /**
   * Lays out all rows that came.
   * @param onProgress is told which part is done, 0 to 1
   * @returns n × 2, within −1 to 1
   */
  finish(onProgress: (done: number) => void = () => undefined): Float32Array<ArrayBuffer> {
    const components = this.#components ?? this.#fit();
    const { count } = components;
    const rows = joined(this.#projected);
    const n = rows.length / count;
    if (n < 3) return new Float32Array(n * 2);
    const landmarks = rows.subarray(0, Math.min(this.#landmarks, n) * count);
    const others = rows.subarray(landmarks.length);
    const total = EPOCHS + PLACING_EPOCHS;

    const initial = new Float32Array((landmarks.length / count) * 2);
    for (let row = 0; row < initial.length / 2; row++) {
      initial[2 * row] = landmarks[row * count]!;
      initial[2 * row + 1] = count > 1 ? landmarks[row * count + 1]! : 0;
    }
    const attraction = mutualAttraction(nearestRows(landmarks, landmarks, count, NEIGHBOURS, true));
    const random = seededRandom(this.#seed, 'map');
    const laidOut = layOut(attraction, initial, EPOCHS, random, (epoch) => onProgress(epoch / total));

    const places = [laidOut];
    for (let start = 0; start < others.length; start += PLACED_TOGETHER * count) {
      onProgress((EPOCHS + (PLACING_EPOCHS * start) / others.length) / total);
      const some = others.subarray(start, start + PLACED_TOGETHER * count);
      const neighbours = nearestRows(some, landmarks, count, PLACING_NEIGHBOURS);
      places.push(place(neighbours, laidOut, PLACING_EPOCHS, random));
    }
    return withinSquare(places);
  }

  #fit(): PrincipalComponents {
    const rows = joined(this.#waiting);
    const landmarks = rows.subarray(0, this.#landmarks * this.#width);
    const { uniform } = seededRandom(this.#seed, 'principal components');
    this.#components = principalComponents(landmarks, this.#width, COMPONENTS, uniform);
    this.#projected.push(project(this.#components, rows));
    this.#waiting = [];
    return this.#components;
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Moved and scaled so that the longer side just fits; proportions stay. */
function withinSquare(parts: readonly Float64Array[]): Float32Array<ArrayBuffer> {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) {
      low[i % 2] = Math.min(low[i % 2]!, part[i]!);
      high[i % 2] = Math.max(high[i % 2]!, part[i]!);
    }
  }
  const half = Math.max(high[0]! - low[0]!, high[1]! - low[1]!) / 2 || 1;
  const middle = [(low[0]! + high[0]!) / 2, (low[1]! + high[1]!) / 2];
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) all[at++] = Math.max(-1, Math.min(1, (part[i]! - middle[i % 2]!) / half));
  }
  return all;
}

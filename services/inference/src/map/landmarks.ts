/** Spectra of the pool that are laid out against each other. */
const POOL_LANDMARKS = 6144;
/** Of each class, so that a class that one spectrum in a thousand has gets a place of its own. */
const EACH_CLASS = 1024;
/** Labelled spectra that are laid out with them. */
const LABELLED_LANDMARKS = 2048;

/** The order in which spectra are laid out: landmarks first. */
export interface LayoutOrder {
  /** Indices of spectra. */
  readonly order: Uint32Array;
  /** So many of them, from the first on, are landmarks. */
  readonly landmarks: number;
}

/**
 * Chooses landmarks: of each class the first, then the first of all, and an even selection of the labelled spectra.
 *
 * @param classes of the pool's spectra, in random order
 * @param labelled number of labelled spectra, which have the indices after those of the pool
 */
export function chooseLandmarks(classes: Int32Array, labelled: number): LayoutOrder {
  const isLandmark = new Uint8Array(classes.length + labelled);
  const ofClass = new Map<number, number>();
  let chosen = 0;
  for (const [index, each] of classes.entries()) {
    const before = ofClass.get(each) ?? 0;
    if (before >= EACH_CLASS || chosen >= POOL_LANDMARKS) continue;
    ofClass.set(each, before + 1);
    isLandmark[index] = 1;
    chosen += 1;
  }
  for (let index = 0; index < classes.length && chosen < POOL_LANDMARKS; index++) {
    chosen += 1 - isLandmark[index]!;
    isLandmark[index] = 1;
  }
  const step = Math.max(1, labelled / LABELLED_LANDMARKS);
  for (let at = 0; at < Math.min(labelled, LABELLED_LANDMARKS); at++) {
    isLandmark[classes.length + Math.floor(at * step)] = 1;
  }
  const indices = Array.from(isLandmark.keys());
  const landmarks = indices.filter((index) => isLandmark[index]);
  const others = indices.filter((index) => !isLandmark[index]);
  return { order: Uint32Array.from([...landmarks, ...others]), landmarks: landmarks.length };
}

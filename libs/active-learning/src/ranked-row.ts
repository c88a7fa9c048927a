/**
 * A row of a scored shard that a summary kept, with all that a query batch or an audit needs to show and store it,
 * so that nothing rereads the shard.
 */
export interface RankedRow {
  /** The spectrum's id, unique in its pool; the order of all ties. */
  id: string;
  /** The shard that holds the spectrum, and its row there (both from 0). */
  shard: number;
  row: number;
  /** What the query strategy gave: larger is asked first. */
  value: number;
  /**
   * The seeded draw number in [0, 1) of the list that kept this row, the smallest drawn first: the audit's among the
   * positives, the stratum's in a stratum, the exploration's elsewhere.
   */
  priority: number;
  /** Index of the most probable class (the lowest index of equals). */
  predicted: number;
  /** One probability a class. */
  probabilities: Float32Array;
  /** The preprocessed flux the network saw, if the shard's features were given. */
  features?: Float32Array;
}

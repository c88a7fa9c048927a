/** When training ends for want of progress. */
export interface EarlyStopping {
  /** A loss counts as better only if it is below the best by more than this. */
  readonly minDelta: number;
  /** Epochs without a better loss after which training stops. */
  readonly patience: number;
}

/** Where training stands after an epoch. */
export interface EpochVerdict {
  /** These weights are the best so far: keep them. */
  readonly best: boolean;
  readonly stop: boolean;
}

/**
 * Judges epochs by their training loss exactly as Keras 3's `EarlyStopping(monitor='loss', min_delta, patience)` does: the first
 * epoch is the best so far whatever its loss, and a loss that is not a number is neither better than another nor ever bettered.
 *
 * @returns a function to call with each epoch's loss, in order
 */
export function earlyStopping({ minDelta, patience }: EarlyStopping): (loss: number) => EpochVerdict {
  let best: number | undefined;
  let wait = 0;
  return (loss) => {
    if (best === undefined || loss + Math.abs(minDelta) < best) {
      best = loss;
      wait = 0;
      return { best: true, stop: false };
    }
    wait += 1;
    return { best: false, stop: wait >= patience };
  };
}

/** The mean of several models' probabilities, value by value: arrays of one length. */
export function meanOf(probabilities: readonly Float32Array[]): Float32Array {
  const [first, ...others] = probabilities;
  if (first === undefined) throw new RangeError('the mean of no model is not defined');
  if (others.length === 0) return first;
  const mean = new Float32Array(first.length);
  for (let at = 0; at < mean.length; at += 1) {
    let sum = 0;
    for (const values of probabilities) sum += values[at] ?? Number.NaN;
    mean[at] = sum / probabilities.length;
  }
  return mean;
}

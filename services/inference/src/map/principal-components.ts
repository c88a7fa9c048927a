/** The directions in which rows differ most. */
export interface PrincipalComponents {
  /** Values of a row. */
  readonly width: number;
  readonly mean: Float64Array;
  /** Orthonormal, one after the other, by falling variance. */
  readonly axes: Float64Array;
  readonly count: number;
}

/** Rounds of subspace iteration: after so many the leading directions no longer move, whatever the spectrum of variances. */
const ROUNDS = 40;

/**
 * Principal components by subspace iteration on the covariance, whose trailing directions need not be computed
 * (Halko, Martinsson & Tropp 2011, SIAM Review 53, 217).
 *
 * @param rows n × width, row-major, n ≥ 1
 * @param count components, at most; there are never more than `width`
 * @param uniform seeded random numbers in [0, 1)
 */
export function principalComponents(
  rows: Float32Array,
  width: number,
  count: number,
  uniform: () => number,
): PrincipalComponents {
  const n = rows.length / width;
  const kept = Math.min(count, width);
  const mean = new Float64Array(width);
  for (let row = 0; row < n; row++) for (let i = 0; i < width; i++) mean[i]! += rows[row * width + i]! / n;
  const covariance = covarianceOf(rows, width, mean);
  let axes = Float64Array.from({ length: kept * width }, () => uniform() - 0.5);
  orthonormalise(axes, width);
  for (let round = 0; round < ROUNDS; round++) {
    axes = times(covariance, axes, width);
    orthonormalise(axes, width);
  }
  return { width, mean, axes: byVariance(covariance, axes, width), count: kept };
}

/** Rows in the coordinates of the components: n × count from n × width. */
export function project({ width, mean, axes, count }: PrincipalComponents, rows: Float32Array): Float32Array {
  const n = rows.length / width;
  const projected = new Float32Array(n * count);
  for (let row = 0; row < n; row++) {
    for (let axis = 0; axis < count; axis++) {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += (rows[row * width + i]! - mean[i]!) * axes[axis * width + i]!;
      projected[row * count + axis] = sum;
    }
  }
  return projected;
}

function covarianceOf(rows: Float32Array, width: number, mean: Float64Array): Float64Array {
  const n = rows.length / width;
  const covariance = new Float64Array(width * width);
  const centred = new Float64Array(width);
  for (let row = 0; row < n; row++) {
    for (let i = 0; i < width; i++) centred[i] = rows[row * width + i]! - mean[i]!;
    for (let i = 0; i < width; i++) {
      const value = centred[i]!;
      // Half of what ReLU units give is zero at the mean of dead ones.
      if (value === 0) continue;
      for (let j = i; j < width; j++) covariance[i * width + j]! += (value * centred[j]!) / n;
    }
  }
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) covariance[i * width + j] = covariance[j * width + i]!;
  return covariance;
}

/** Each axis multiplied by the symmetric matrix. */
function times(matrix: Float64Array, axes: Float64Array, width: number): Float64Array<ArrayBuffer> {
  const product = new Float64Array(axes.length);
  for (let start = 0; start < axes.length; start += width) {
    for (let i = 0; i < width; i++) {
      let sum = 0;
      for (let j = 0; j < width; j++) sum += matrix[i * width + j]! * axes[start + j]!;
      product[start + i] = sum;
    }
  }
  return product;
}

/** Gram–Schmidt, twice over for the sake of rounding. An axis that the others span already becomes zero. */
function orthonormalise(axes: Float64Array, width: number): void {
  for (let start = 0; start < axes.length; start += width) {
    const before = norm(axes, start, width);
    for (let pass = 0; pass < 2; pass++) {
      for (let other = 0; other < start; other += width) {
        let dot = 0;
        for (let i = 0; i < width; i++) dot += axes[start + i]! * axes[other + i]!;
        for (let i = 0; i < width; i++) axes[start + i]! -= dot * axes[other + i]!;
      }
    }
    const length = norm(axes, start, width);
    const scale = length > before * 1e-10 ? 1 / length : 0;
    for (let i = 0; i < width; i++) axes[start + i]! *= scale;
  }
}

function norm(axes: Float64Array, start: number, width: number): number {
  let square = 0;
  for (let i = 0; i < width; i++) square += axes[start + i]! ** 2;
  return Math.sqrt(square);
}

/** The axes by falling variance; the largest value of each is positive, so that maps are not mirrored by chance. */
function byVariance(covariance: Float64Array, axes: Float64Array, width: number): Float64Array {
  const product = times(covariance, axes, width);
  const order = Array.from({ length: axes.length / width }, (_, axis) => {
    let variance = 0;
    let largest = 0;
    for (let i = axis * width; i < (axis + 1) * width; i++) {
      variance += axes[i]! * product[i]!;
      if (Math.abs(axes[i]!) > Math.abs(largest)) largest = axes[i]!;
    }
    return { axis, variance, sign: largest < 0 ? -1 : 1 };
  }).sort((a, b) => b.variance - a.variance || a.axis - b.axis);
  const sorted = new Float64Array(axes.length);
  for (const [to, { axis, sign }] of order.entries()) {
    for (let i = 0; i < width; i++) sorted[to * width + i] = sign * axes[axis * width + i]!;
  }
  return sorted;
}

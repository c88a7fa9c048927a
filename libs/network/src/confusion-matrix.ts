import { NetworkError } from './network-error.ts';

/**
 * Counts of rows by their true class (first index) and their predicted one (second).
 *
 * @param truth each row's true class
 * @param predicted each row's predicted class
 * @throws {NetworkError} INVALID_REQUEST when the two differ in length or a class is not below `classCount`
 */
export function confusionMatrix(truth: Uint8Array, predicted: Uint8Array, classCount: number): number[][] {
  if (truth.length !== predicted.length) {
    throw new NetworkError(
      'INVALID_REQUEST',
      `confusion matrix: ${truth.length} true classes, ${predicted.length} predicted`,
    );
  }
  const matrix = Array.from({ length: classCount }, () => Array.from({ length: classCount }, () => 0));
  truth.forEach((label, row) => {
    const counts = matrix[label];
    const column = predicted[row]!;
    if (!counts || column >= classCount) {
      throw new NetworkError(
        'INVALID_REQUEST',
        `confusion matrix: row ${row} has a class that is not below ${classCount}`,
      );
    }
    counts[column]! += 1;
  });
  return matrix;
}

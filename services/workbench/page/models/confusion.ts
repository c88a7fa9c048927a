/** How a model classifies the spectra of one class. */
export interface ClassOutcome {
  name: string;
  /** Spectra of the class. */
  spectra: number;
  /** Of these how many were called each class, in the order of the classes. */
  predicted: number[];
  /** Fraction of them called right; absent without any. */
  completeness?: number;
  /** Fraction of those called so that are so; absent where none is called so. */
  purity?: number;
}

/** A confusion matrix, read row by row. */
export interface Confusion {
  classes: ClassOutcome[];
  total: number;
  /** Fraction on the diagonal; absent without any spectrum. */
  accuracy?: number;
}

/**
 * Reads a confusion matrix: entry t × classes + p counts spectra of true class t predicted as p.
 * @returns undefined where the matrix is not that of the classes, as of a model without one
 */
export function readConfusion(names: readonly string[], matrix: readonly number[]): Confusion | undefined {
  const width = names.length;
  if (width === 0 || matrix.length !== width * width) return undefined;
  const at = (row: number, column: number): number => matrix[row * width + column] ?? 0;
  const indices = names.map((_, index) => index);
  const classes = names.map((name, index): ClassOutcome => {
    const predicted = indices.map((column) => at(index, column));
    const spectra = sum(predicted);
    const called = sum(indices.map((row) => at(row, index)));
    return {
      name,
      spectra,
      predicted,
      ...(spectra > 0 ? { completeness: at(index, index) / spectra } : {}),
      ...(called > 0 ? { purity: at(index, index) / called } : {}),
    };
  });
  const total = sum(matrix);
  const right = sum(indices.map((index) => at(index, index)));
  return { classes, total, ...(total > 0 ? { accuracy: right / total } : {}) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

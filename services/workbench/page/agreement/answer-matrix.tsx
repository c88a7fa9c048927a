import type { Agreement } from '@spectrawl/contracts';
import { classColour } from '../ui/class-colours.ts';
import { ClassChip } from '../ui/chip.tsx';
import { Scroll } from '../ui/scroll.tsx';
import { grouped } from '../ui/words.ts';
import styles from './answer-matrix.module.css';

/** Per cent of a cell's colour: where there is a count at all, and where it is the largest. */
const LEAST_TINT = 10;
const MOST_TINT = 40;

interface AnswerMatrixProps {
  /** The campaign's classes, then 'unsure'. */
  categories: readonly string[];
  rows: string;
  columns: string;
  agreement: Agreement;
}

/** Which answers met: equal ones on the diagonal. */
export function AnswerMatrix({ categories, rows, columns, agreement: { confusion, questions } }: AnswerMatrixProps) {
  const size = categories.length;
  const most = Math.max(1, ...confusion);
  // 'unsure' is the last category, and no class.
  const indexOf = (category: number): number | undefined => (category < size - 1 ? category : undefined);
  return (
    <Scroll label="Which answers met">
      <table className={styles.matrix}>
        <caption className={styles.caption}>
          {questions} spectra: {rows} in rows, {columns} in columns
        </caption>
        <thead>
          <tr>
            <th scope="col" className={styles.corner}>
              {rows} ↓ {columns} →
            </th>
            {categories.map((name, column) => (
              <th key={name} scope="col">
                <ClassChip index={indexOf(column)} name={name} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {categories.map((name, row) => (
            <tr key={name}>
              <th scope="row">
                <ClassChip index={indexOf(row)} name={name} />
              </th>
              {categories.map((other, column) => {
                const count = confusion[row * size + column] ?? 0;
                const tint = count === 0 ? 0 : Math.max(LEAST_TINT, Math.round((MOST_TINT * count) / most));
                const colour = row === column ? classColour(indexOf(row)) : 'var(--bad)';
                return (
                  <td
                    key={other}
                    data-equal={row === column}
                    data-none={count === 0}
                    style={{ background: `color-mix(in oklab, ${colour} ${tint}%, var(--raised))` }}
                  >
                    {grouped(count)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

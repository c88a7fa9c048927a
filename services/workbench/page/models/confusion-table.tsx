import { classColour } from '../ui/class-colours.ts';
import { ClassChip } from '../ui/chip.tsx';
import { Scroll } from '../ui/scroll.tsx';
import { grouped, percentage } from '../ui/words.ts';
import type { Confusion } from './confusion.ts';
import styles from './models.module.css';

/** A confusion matrix: a row for each true class, coloured by the share of the row. */
export function ConfusionTable({ confusion: { classes } }: { confusion: Confusion }) {
  return (
    <Scroll label="Confusion matrix">
      <table className={styles.confusion}>
        <caption>Rows are what annotators say, columns what the model says</caption>
        <thead>
          <tr>
            <th scope="col">true class</th>
            {classes.map(({ name }, index) => (
              <th key={name} scope="col">
                <ClassChip index={index} name={name} />
              </th>
            ))}
            <th scope="col">completeness</th>
          </tr>
        </thead>
        <tbody>
          {classes.map(({ name, spectra, predicted, completeness }, row) => (
            <tr key={name}>
              <th scope="row">
                <ClassChip index={row} name={name} />
              </th>
              {predicted.map((count, column) => {
                const share = spectra === 0 ? 0 : count / spectra;
                return (
                  <td
                    key={classes[column]?.name}
                    className={row === column ? styles.right : styles.wrong}
                    style={{
                      background: `color-mix(in oklab, ${classColour(column)} ${Math.round(38 * share)}%, var(--raised))`,
                    }}
                  >
                    <b>{grouped(count)}</b>
                    <span>{spectra === 0 ? '–' : percentage(share)}</span>
                  </td>
                );
              })}
              <td className={styles.margin}>{completeness === undefined ? '–' : percentage(completeness)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">purity</th>
            {classes.map(({ name, purity }) => (
              <td key={name} className={styles.margin}>
                {purity === undefined ? '–' : percentage(purity)}
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </Scroll>
  );
}

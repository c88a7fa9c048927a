import type { TrainingSet } from '@spectrawl/contracts';
import { classColour } from '../ui/class-colours.ts';
import { ClassChip } from '../ui/chip.tsx';
import { Facts } from '../ui/facts.tsx';
import { grouped, percentage } from '../ui/words.ts';
import styles from './models.module.css';

/** What a model was trained on: the classes before they were balanced. */
export function TrainedOn({ classes, trainingSet }: { classes: readonly string[]; trainingSet: TrainingSet }) {
  const { classCounts, poolNegatives, examples, unmatchedLabels } = trainingSet;
  const labelled = classCounts.reduce((sum, count) => sum + count, 0);
  return (
    <>
      <div className={styles.shares} aria-hidden="true">
        {classes.map((name, index) => (
          <i key={name} style={{ flexGrow: classCounts[index] ?? 0, background: classColour(index) }} />
        ))}
      </div>
      <ul className={styles.classes}>
        {classes.map((name, index) => {
          const count = classCounts[index] ?? 0;
          return (
            <li key={name}>
              <ClassChip index={index} name={name} /> <b>{grouped(count)}</b>{' '}
              <span>{labelled === 0 ? '' : percentage(count / labelled)}</span>
            </li>
          );
        })}
      </ul>
      <Facts
        facts={[
          { name: 'Labelled spectra', value: `${grouped(labelled)}, before balancing` },
          {
            name: 'Pool negatives',
            value:
              poolNegatives === 0
                ? 'none'
                : `${grouped(poolNegatives)} random spectra taken as ${classes[0] ?? 'the first class'}`,
          },
          { name: 'Trained on', value: `${grouped(examples)} spectra, pool negatives included` },
          {
            name: 'Unmatched labels',
            value: unmatchedLabels === 0 ? 'none' : `${grouped(unmatchedLabels)}: no pool holds their spectrum`,
          },
        ]}
      />
    </>
  );
}

import { classColour } from '../ui/class-colours.ts';
import styles from './class-legend.module.css';

interface ClassLegendProps {
  classes: readonly string[];
  /** Points of the pool by class. */
  counts: readonly number[];
  shown: readonly boolean[];
  onShown: (shown: boolean[]) => void;
  labelled: number;
  labelledShown: boolean;
  onLabelledShown: (shown: boolean) => void;
}

/** What the colours mean; each can be hidden. */
export function ClassLegend(props: ClassLegendProps) {
  const { classes, counts, shown, onShown, labelled, labelledShown, onLabelledShown } = props;
  return (
    <fieldset className={styles.legend}>
      <legend>Predicted class</legend>
      {classes.map((name, index) => (
        <label key={name}>
          <input
            type="checkbox"
            checked={shown[index] ?? true}
            onChange={({ target }) =>
              onShown(classes.map((_, at) => (at === index ? target.checked : (shown[at] ?? true))))
            }
          />
          <i className={styles.dot} style={{ background: classColour(index) }} aria-hidden="true" />
          <span className={styles.name}>{name}</span>
          <span className={styles.count}>{(counts[index] ?? 0).toLocaleString('en')}</span>
        </label>
      ))}
      <label>
        <input type="checkbox" checked={labelledShown} onChange={({ target }) => onLabelledShown(target.checked)} />
        <i className={styles.labelled} aria-hidden="true" />
        <span className={styles.name}>labelled, by its label</span>
        <span className={styles.count}>{labelled.toLocaleString('en')}</span>
      </label>
    </fieldset>
  );
}

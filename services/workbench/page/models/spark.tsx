import styles from './models.module.css';

const WIDTH = 96;
const HEIGHT = 22;

/** A training curve, as small as a word; logarithmic, as the large one is. */
export function Spark({ losses }: { losses: readonly number[] }) {
  const logs = losses.filter((loss) => loss > 0).map(Math.log10);
  const low = Math.min(...logs);
  const span = Math.max(...logs) - low || 1;
  const points = logs.map(
    (log, at) =>
      `${2 + (at / Math.max(1, logs.length - 1)) * (WIDTH - 4)},${HEIGHT - 3 - ((log - low) / span) * (HEIGHT - 6)}`,
  );
  return (
    <svg className={styles.spark} width={WIDTH} height={HEIGHT} aria-hidden="true">
      {points.length > 1 && <polyline points={points.join(' ')} />}
    </svg>
  );
}

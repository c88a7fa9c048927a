import { ClassChip } from '../ui/chip.tsx';
import { Thumbnail } from '../plot/thumbnail.tsx';
import { useSpectrum } from '../spectrum/use-spectrum.ts';
import styles from './current-point.module.css';
import type { PointCloud } from './point-cloud.ts';

const NONE: readonly number[] = [];

/** The spectrum that the pointer or the list is at. It has its place also while there is none. */
export function CurrentPoint({ cloud, point }: { cloud: PointCloud; point: number | undefined }) {
  return (
    <section className={styles.current} aria-label="Spectrum under the pointer" aria-live="polite">
      {point === undefined ? (
        <p className={styles.none}>Point at a spectrum, or walk through the list below.</p>
      ) : (
        <Shown cloud={cloud} point={point} />
      )}
    </section>
  );
}

function Shown({ cloud, point }: { cloud: PointCloud; point: number }) {
  const poolId = cloud.poolOf(point);
  const id = cloud.ids[point]!;
  const { data: spectrum } = useSpectrum(poolId, id);
  const index = cloud.classes[point]!;
  const name = cloud.map.classes[index] ?? '';
  return (
    <>
      <Thumbnail values={spectrum?.features ?? NONE} width={312} height={72} />
      <p className={styles.id} title={`${id} in ${poolId}`}>
        {id}
      </p>
      <p className={styles.facts}>
        <ClassChip index={index} name={name} />
        {point >= cloud.firstLabelled ? `labelled, in ${poolId}` : `P ${cloud.probabilities[point]!.toFixed(3)}`}
      </p>
    </>
  );
}

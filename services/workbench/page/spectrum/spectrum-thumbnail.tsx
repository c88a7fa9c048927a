import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { paths } from '../app/paths.ts';
import { Thumbnail } from '../plot/thumbnail.tsx';
import styles from './spectrum-thumbnail.module.css';
import { useSpectrum } from './use-spectrum.ts';

interface SpectrumThumbnailProps {
  poolId: string;
  spectrumId: string;
  /** What it is, in a line below. */
  children: ReactNode;
}

const NONE: readonly number[] = [];

/** A spectrum as the network sees it, small; leads to its page in another tab, so that nothing is left behind. */
export function SpectrumThumbnail({ poolId, spectrumId, children }: SpectrumThumbnailProps) {
  const { data: spectrum } = useSpectrum(poolId, spectrumId);
  return (
    <Link
      className={styles.thumbnail}
      to={paths.spectrum(poolId, spectrumId)}
      target="_blank"
      rel="noopener"
      title={`${spectrumId} in ${poolId}`}
    >
      <span className={styles.drawing}>
        <Thumbnail values={spectrum?.features ?? NONE} width={100} height={44} />
      </span>
      <span className={styles.words}>{children}</span>
    </Link>
  );
}

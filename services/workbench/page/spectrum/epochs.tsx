import { useQuery } from '@tanstack/react-query';
import { ingestion } from '../app/services.ts';
import styles from './neighbours.module.css';
import { dayOf } from './sky-position.ts';
import { SpectrumThumbnail } from './spectrum-thumbnail.tsx';

interface EpochsProps {
  poolId: string;
  spectrumId: string;
  /** At most so many are shown. */
  most: number;
  /** Whether the spectrum itself is there: what stands beside it must not come before it. */
  isReady: boolean;
}

/** Other spectra of the same object. They are the survey's facts, so that blind questions show them, too. */
export function Epochs({ poolId, spectrumId, most, isReady }: EpochsProps) {
  const { data, isPending, isError } = useQuery({
    queryKey: ['epochs', poolId, spectrumId],
    queryFn: ({ signal }) => ingestion.findEpochs({ poolId, spectrumId }, { signal }),
    enabled: isReady,
    staleTime: Infinity,
  });
  const epochs = data?.epochs ?? [];
  return (
    <section className={styles.neighbours} aria-label="Other epochs">
      <h2>Other epochs{epochs.length > most ? ` (${most} of ${epochs.length})` : ''}</h2>
      {epochs.length === 0 ? (
        <p className={styles.none}>{isPending ? '' : isError ? 'not known just now' : 'none within 3″ in this pool'}</p>
      ) : (
        <div className={styles.row}>
          {epochs.slice(0, most).map(({ spectrumId: other, metadata }) => (
            <SpectrumThumbnail key={other} poolId={poolId} spectrumId={other}>
              {metadata?.mjd === undefined ? other : dayOf(metadata.mjd)}
            </SpectrumThumbnail>
          ))}
        </div>
      )}
    </section>
  );
}

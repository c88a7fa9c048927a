import type { LabellingTask } from '@spectrawl/contracts';
import { useQuery } from '@tanstack/react-query';
import { inference } from '../app/services.ts';
import styles from '../spectrum/neighbours.module.css';
import { SpectrumThumbnail } from '../spectrum/spectrum-thumbnail.tsx';
import { classColour } from '../ui/class-colours.ts';

/** Neighbours that there is room for. */
const SHOWN = 3;

interface NearestLabelledProps {
  task: LabellingTask;
  isBlind: boolean;
  /** Whether the spectrum itself is there: what stands beside it must not come before it. */
  isReady: boolean;
}

/** Labelled spectra that look most alike to the network; hidden where its view of the spectrum must not be known. */
export function NearestLabelled({ task, isBlind, isReady }: NearestLabelledProps) {
  const { campaignId, poolId, spectrumId, classes } = task;
  const { data, isPending, isError } = useQuery({
    queryKey: ['nearest-labelled', campaignId, task.iteration, poolId, spectrumId],
    queryFn: ({ signal }) => inference.findNearestLabelled({ campaignId, poolId, spectrumId, k: SHOWN }, { signal }),
    enabled: isReady && !isBlind,
    staleTime: Infinity,
  });
  const neighbours = data?.neighbours ?? [];
  return (
    <section className={styles.neighbours} aria-label="Nearest labelled spectra">
      <h2>Nearest labelled</h2>
      {neighbours.length === 0 || isBlind ? (
        <p className={styles.none}>
          {isBlind
            ? 'hidden: they tell what the network sees'
            : isPending
              ? ''
              : isError
                ? 'not known just now'
                : 'none'}
        </p>
      ) : (
        <div className={styles.row}>
          {neighbours.map(({ poolId: pool, spectrumId: neighbour, class: name }) => (
            <SpectrumThumbnail key={`${pool}/${neighbour}`} poolId={pool} spectrumId={neighbour}>
              <i className={styles.dot} style={{ background: classColour(classes.indexOf(name)) }} aria-hidden="true" />
              {name}
            </SpectrumThumbnail>
          ))}
        </div>
      )}
    </section>
  );
}

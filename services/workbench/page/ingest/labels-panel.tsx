import { useQuery } from '@tanstack/react-query';
import { labelling } from '../app/services.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { Facts } from '../ui/facts.tsx';
import { Loading } from '../ui/loading.tsx';
import { Panel } from '../ui/panel.tsx';
import { grouped } from '../ui/words.ts';
import styles from './ingest.module.css';
import { countLabels } from './label-counts.ts';

/** Which labels the log holds for the spectra of a pool. */
export function LabelsPanel({ poolId }: { poolId: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['labels-of-pool', poolId],
    queryFn: ({ signal }) => countLabels(labelling.listLabels({ poolIds: [poolId], effectiveOnly: true }, { signal })),
  });
  return (
    <Panel title="Labels">
      {error && !data ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading what="the labels" />
      ) : data.classes.length === 0 && data.abstained === 0 ? (
        <p className={styles.none}>None yet. A pool whose labels are imported can seed a campaign.</p>
      ) : (
        <>
          <Facts
            facts={[
              ...data.classes.map(({ name, spectra }) => ({ name, value: grouped(spectra) })),
              ...(data.abstained > 0 ? [{ name: 'unsure or skipped', value: grouped(data.abstained) }] : []),
            ]}
          />
          {data.more && <p className={styles.none}>These are the first 50 000; there are more.</p>}
        </>
      )}
    </Panel>
  );
}

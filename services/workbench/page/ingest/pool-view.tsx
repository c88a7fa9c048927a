import { Pool_State, type Pool } from '@spectrawl/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { Link, useParams } from 'react-router';
import { failureOf } from '../app/failure.ts';
import { paths } from '../app/paths.ts';
import { ingestion } from '../app/services.ts';
import { useSession } from '../app/session.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Facts } from '../ui/facts.tsx';
import { Loading } from '../ui/loading.tsx';
import { Moment } from '../ui/moment.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Equation } from './counts-equation.tsx';
import { countsEquation } from './counts.ts';
import { ImportLabels } from './import-labels.tsx';
import styles from './ingest.module.css';
import { LabelsPanel } from './labels-panel.tsx';
import { PoolChip } from './pools-view.tsx';
import { QuarantinePanel } from './quarantine-panel.tsx';
import { SealPool } from './seal-pool.tsx';
import { ShardsPanel } from './shards-panel.tsx';
import { UploadPanel } from './upload-panel.tsx';

/** Milliseconds after which an open pool is looked at again: others may upload into it. */
const REFRESHED = 3000;

/** One pool: what came in, what was quarantined and why, its shards. */
export function PoolView() {
  const { poolId = '' } = useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ['pool', poolId],
    queryFn: async ({ signal }) => (await ingestion.getPool({ poolId }, { signal })).pool,
    refetchInterval: ({ state }) => (state.data?.state === Pool_State.SEALED ? false : REFRESHED),
  });
  if (data) return <PoolPage key={poolId} pool={data} />;
  return (
    <Page title={poolId}>
      {error && failureOf(error).reason === 'POOL_NOT_FOUND' ? (
        <EmptyState title="No such pool" action={<Link to={paths.pools()}>To the pools</Link>}>
          There is no pool “{poolId}”: its name may be misspelt.
        </EmptyState>
      ) : error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : (
        <Loading what={`pool ${poolId}`} />
      )}
    </Page>
  );
}

function PoolPage({ pool }: { pool: Pool }) {
  const { may } = useSession();
  const [asked, setAsked] = useState<'seal' | 'labels'>();
  const queries = useQueryClient();
  const { poolId, state, counts } = pool;
  const refresh = useCallback(() => {
    for (const key of ['pool', 'shards', 'quarantine', 'labels-of-pool'])
      void queries.invalidateQueries({ queryKey: [key, poolId] });
    void queries.invalidateQueries({ queryKey: ['pools'] });
  }, [queries, poolId]);
  const isOpen = state !== Pool_State.SEALED;
  const isEmpty = (counts?.stored ?? 0n) === 0n;
  const close = (): void => setAsked(undefined);
  return (
    <Page
      title={poolId}
      actions={
        <>
          <PoolChip state={state} />
          {may('operator') && (
            <>
              <Button onClick={() => setAsked('labels')} disabled={isEmpty}>
                Import labels
              </Button>
              {isOpen && (
                <Button kind="primary" onClick={() => setAsked('seal')} disabled={isEmpty}>
                  Seal
                </Button>
              )}
            </>
          )}
        </>
      }
    >
      <Equation counts={countsEquation(counts)} />
      {isOpen && may('operator') && <UploadPanel poolId={poolId} onCommitted={refresh} />}
      <div className={styles.pair}>
        <QuarantinePanel poolId={poolId} quarantined={Number(counts?.quarantined ?? 0n)} />
        <div className={styles.column}>
          <PoolFacts pool={pool} />
          <LabelsPanel poolId={poolId} />
        </div>
      </div>
      <ShardsPanel poolId={poolId} shards={pool.shardCount} />
      <SealPool poolId={poolId} open={asked === 'seal'} onClose={close} onSealed={refresh} />
      <ImportLabels poolId={poolId} open={asked === 'labels'} onClose={close} onImported={refresh} />
    </Page>
  );
}

function PoolFacts({ pool: { surveys, preprocessingVersion, createTime, sealTime, shardCount } }: { pool: Pool }) {
  return (
    <Panel title="Pool">
      <Facts
        facts={[
          { name: 'Surveys', value: surveys.join(', ') || '–' },
          { name: 'Shards', value: shardCount },
          { name: 'Preprocessing', value: preprocessingVersion },
          { name: 'Created', value: <Moment time={createTime} /> },
          { name: 'Sealed', value: sealTime ? <Moment time={sealTime} /> : 'still accepts spectra' },
        ]}
      />
    </Panel>
  );
}

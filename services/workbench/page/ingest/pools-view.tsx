import { Pool_State, type Pool } from '@spectrawl/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { paths } from '../app/paths.ts';
import { ingestion } from '../app/services.ts';
import { useSession } from '../app/session.tsx';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Moment } from '../ui/moment.tsx';
import { Page } from '../ui/page.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { grouped } from '../ui/words.ts';
import styles from './ingest.module.css';
import { NewPool } from './new-pool.tsx';

/** Milliseconds after which the list is asked for again. */
const REFRESHED = 5000;
const PAGE = 100;

const COLUMNS: readonly Column<Pool>[] = [
  {
    key: 'name',
    title: 'Pool',
    cell: ({ poolId }) => (
      <Link className={styles.name} to={paths.pool(poolId)}>
        {poolId}
      </Link>
    ),
  },
  { key: 'state', title: 'State', cell: ({ state }) => <PoolChip state={state} /> },
  { key: 'surveys', title: 'Surveys', cell: ({ surveys }) => surveys.join(', ') || '–' },
  { key: 'received', title: 'Received', numeric: true, cell: ({ counts }) => grouped(counts?.received ?? 0n) },
  { key: 'stored', title: '= stored', numeric: true, cell: ({ counts }) => grouped(counts?.stored ?? 0n) },
  {
    key: 'quarantined',
    title: '+ quarantined',
    numeric: true,
    cell: ({ counts }) => grouped(counts?.quarantined ?? 0n),
  },
  { key: 'duplicates', title: '+ duplicates', numeric: true, cell: ({ counts }) => grouped(counts?.duplicates ?? 0n) },
  { key: 'shards', title: 'Shards', numeric: true, cell: ({ shardCount }) => grouped(shardCount) },
  { key: 'created', title: 'Created', cell: ({ createTime }) => <Moment time={createTime} /> },
];

/** All pools of spectra. */
export function PoolsView() {
  const { may } = useSession();
  const [isNew, setNew] = useState(false);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['pools'],
    queryFn: ({ pageParam, signal }) => ingestion.listPools({ pageSize: PAGE, pageToken: pageParam }, { signal }),
    initialPageParam: '',
    getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined,
    refetchInterval: REFRESHED,
  });
  const pools = data?.pages.flatMap((page) => page.pools) ?? [];
  const create = may('operator') && (
    <Button kind="primary" onClick={() => setNew(true)}>
      New pool
    </Button>
  );
  return (
    <Page title="Pools" actions={pools.length > 0 && create}>
      {error && !data ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading what="the pools" />
      ) : pools.length === 0 ? (
        <EmptyState title="No pool yet" action={create}>
          A pool holds the spectra of one archive, checked and preprocessed alike. Create one, upload survey files, seal
          it: then a campaign can search it.
        </EmptyState>
      ) : (
        <>
          <Table caption="Pools" columns={COLUMNS} rows={pools} rowKey={({ poolId }) => poolId} />
          {hasNextPage && (
            <div>
              <Button onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>
                More pools
              </Button>
            </div>
          )}
        </>
      )}
      <NewPool open={isNew} onClose={() => setNew(false)} />
    </Page>
  );
}

/** Whether a pool still accepts spectra, in a word. */
export function PoolChip({ state }: { state: Pool_State }) {
  return state === Pool_State.SEALED ? <Chip tone="good">sealed</Chip> : <Chip tone="accent">open</Chip>;
}

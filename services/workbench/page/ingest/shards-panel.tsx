import type { Shard } from '@spectrawl/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { ingestion } from '../app/services.ts';
import { Button } from '../ui/button.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Panel } from '../ui/panel.tsx';
import { Scroll } from '../ui/scroll.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { bytes, grouped } from '../ui/words.ts';
import styles from './ingest.module.css';

const PAGE = 100;

const COLUMNS: readonly Column<Shard>[] = [
  { key: 'number', title: 'Shard', numeric: true, cell: ({ number }) => number },
  { key: 'rows', title: 'Spectra', numeric: true, cell: ({ rows }) => grouped(rows) },
  { key: 'bytes', title: 'Features', numeric: true, cell: (shard) => bytes(shard.bytes) },
  { key: 'key', title: 'Object', cell: ({ shardKey }) => <code>{shardKey}</code> },
  {
    key: 'sha256',
    title: 'SHA-256',
    cell: ({ sha256 }) => <code title={sha256}>{sha256.slice(0, 16)}…</code>,
  },
];

/** The shards of a pool. */
export function ShardsPanel({ poolId, shards }: { poolId: string; shards: number }) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['shards', poolId, shards],
    queryFn: ({ pageParam, signal }) =>
      ingestion.listShards({ poolId, pageSize: PAGE, pageToken: pageParam }, { signal }),
    initialPageParam: '',
    getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined,
    placeholderData: (before) => before,
  });
  const rows = data?.pages.flatMap((page) => page.shards) ?? [];
  return (
    <Panel title="Shards">
      {error && !data ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading what="the shards" />
      ) : rows.length === 0 ? (
        <p className={styles.none}>None yet: an upload writes them when it is committed.</p>
      ) : (
        <>
          <Scroll label="Shards">
            <Table caption="Shards" columns={COLUMNS} rows={rows} rowKey={({ number }) => String(number)} />
          </Scroll>
          {hasNextPage && (
            <div>
              <Button onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>
                More: {grouped(rows.length)} of {grouped(shards)} are listed
              </Button>
            </div>
          )}
        </>
      )}
    </Panel>
  );
}

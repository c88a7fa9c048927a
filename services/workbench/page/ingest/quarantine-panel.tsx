import type { QuarantinedInput } from '@spectrawl/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ingestion } from '../app/services.ts';
import { Button } from '../ui/button.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Moment } from '../ui/moment.tsx';
import { Panel } from '../ui/panel.tsx';
import { Scroll } from '../ui/scroll.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { grouped } from '../ui/words.ts';
import styles from './ingest.module.css';
import { quarantineGroups } from './quarantine.ts';

const PAGE = 1000;

const COLUMNS: readonly Column<QuarantinedInput>[] = [
  { key: 'source', title: 'Input', cell: ({ source }) => <span className={styles.source}>{source}</span> },
  {
    key: 'message',
    title: 'What was wrong, what to do',
    cell: ({ message }) => <span className={styles.message}>{message}</span>,
  },
  { key: 'time', title: 'When', cell: ({ createTime }) => <Moment time={createTime} /> },
];

/** What could not be used, by reason, and why. */
export function QuarantinePanel({ poolId, quarantined }: { poolId: string; quarantined: number }) {
  const [chosen, setChosen] = useState<string>();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['quarantine', poolId, quarantined],
    queryFn: ({ pageParam, signal }) =>
      ingestion.listQuarantinedInputs({ poolId, pageSize: PAGE, pageToken: pageParam }, { signal }),
    initialPageParam: '',
    getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined,
    placeholderData: (before) => before,
  });
  const inputs = data?.pages.flatMap((page) => page.inputs) ?? [];
  const groups = quarantineGroups(inputs);
  const group = groups.find(({ reason }) => reason === chosen);
  const shown = group?.inputs ?? inputs;
  return (
    <Panel title="Quarantine">
      {error && !data ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading what="the quarantine" />
      ) : inputs.length === 0 ? (
        <p className={styles.none}>Nothing is in quarantine: every input could be used.</p>
      ) : (
        <>
          <div className={styles.reasons} role="group" aria-label="Reasons">
            <button type="button" aria-pressed={group === undefined} onClick={() => setChosen(undefined)}>
              all <b>{grouped(inputs.length)}</b>
            </button>
            {groups.map(({ reason, inputs: members }) => (
              <button key={reason} type="button" aria-pressed={reason === chosen} onClick={() => setChosen(reason)}>
                {reason} <b>{grouped(members.length)}</b>
              </button>
            ))}
          </div>
          {group && group.meaning !== '' && <p className={styles.none}>{group.meaning}</p>}
          <Scroll label="Quarantined inputs">
            <Table
              caption="Quarantined inputs, oldest first"
              columns={COLUMNS}
              rows={shown}
              rowKey={({ source, reason }) => `${reason} ${source}`}
            />
          </Scroll>
          {hasNextPage && (
            <div>
              <Button onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>
                More: {grouped(inputs.length)} of {grouped(quarantined)} are listed
              </Button>
            </div>
          )}
        </>
      )}
    </Panel>
  );
}

import type { Campaign } from '@spectrawl/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import { paths } from '../app/paths.ts';
import { selection } from '../app/services.ts';
import { useSession } from '../app/session.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Moment } from '../ui/moment.tsx';
import { Page } from '../ui/page.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { grouped } from '../ui/words.ts';
import styles from './campaigns.module.css';
import { NewCampaign } from './new-campaign.tsx';
import { StateChip } from './state-chip.tsx';

/** Milliseconds after which the list is asked for again. */
const REFRESHED = 5000;
const PAGE = 100;

const COLUMNS: readonly Column<Campaign>[] = [
  {
    key: 'name',
    title: 'Campaign',
    cell: ({ campaignId }) => (
      <Link className={styles.name} to={paths.campaign(campaignId)}>
        {campaignId}
      </Link>
    ),
  },
  { key: 'state', title: 'State', cell: (campaign) => <StateChip campaign={campaign} /> },
  {
    key: 'iteration',
    title: 'Iteration',
    numeric: true,
    cell: ({ currentIteration }) => (currentIteration < 0 ? '–' : currentIteration),
  },
  { key: 'labels', title: 'Labels spent', numeric: true, cell: ({ labelsSpent }) => grouped(labelsSpent) },
  { key: 'pool', title: 'Pool', cell: ({ poolId }) => <Link to={paths.pool(poolId)}>{poolId}</Link> },
  { key: 'preset', title: 'Method', cell: ({ preset }) => preset },
  {
    key: 'catalogue',
    title: 'Candidates',
    numeric: true,
    cell: ({ campaignId, catalogue }) =>
      catalogue ? <Link to={paths.candidates(campaignId)}>{grouped(catalogue.candidates)}</Link> : '–',
  },
  { key: 'created', title: 'Created', cell: ({ createTime }) => <Moment time={createTime} /> },
];

/** All campaigns, and the form of a new one at ?new. */
export function CampaignsView() {
  const [search, setSearch] = useSearchParams();
  return search.has('new') ? <NewCampaign onCancel={() => setSearch({})} /> : <CampaignList />;
}

function CampaignList() {
  const { may } = useSession();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['campaigns'],
    queryFn: ({ pageParam, signal }) => selection.listCampaigns({ pageSize: PAGE, pageToken: pageParam }, { signal }),
    initialPageParam: '',
    getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined,
    refetchInterval: REFRESHED,
  });
  const campaigns = data?.pages.flatMap((page) => page.campaigns) ?? [];
  const create = may('operator') && (
    <Link className={styles.create} to="?new">
      New campaign
    </Link>
  );
  return (
    <Page title="Campaigns" actions={campaigns.length > 0 && create}>
      {error && !data ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading what="the campaigns" />
      ) : campaigns.length === 0 ? (
        <EmptyState title="No campaign yet" action={create}>
          A campaign searches a pool of spectra for rare objects: it trains, scores the whole pool, asks you about the
          spectra that teach it most, and goes on until its error is certified.
        </EmptyState>
      ) : (
        <>
          <Table caption="Campaigns" columns={COLUMNS} rows={campaigns} rowKey={({ campaignId }) => campaignId} />
          {hasNextPage && (
            <div>
              <Button onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>
                More campaigns
              </Button>
            </div>
          )}
        </>
      )}
    </Page>
  );
}

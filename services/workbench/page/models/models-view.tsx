import type { Model } from '@spectrawl/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { allPages } from '../app/all-pages.ts';
import { useCampaignId } from '../app/campaign-frame.tsx';
import { paths } from '../app/paths.ts';
import { training } from '../app/services.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Moment } from '../ui/moment.tsx';
import { Page } from '../ui/page.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { duration, grouped, percentage } from '../ui/words.ts';
import { readConfusion } from './confusion.ts';
import styles from './models.module.css';
import { Spark } from './spark.tsx';

/** Milliseconds after which the list is asked for again: a campaign under way trains further ones. */
const REFRESHED = 5000;

const COLUMNS: readonly Column<Model>[] = [
  { key: 'iteration', title: 'Iteration', numeric: true, cell: ({ iteration }) => iteration },
  {
    key: 'model',
    title: 'Model',
    cell: ({ modelId }) => (
      <Link className={styles.name} to={paths.model(modelId)}>
        {modelId}
      </Link>
    ),
  },
  { key: 'curve', title: 'Loss', cell: ({ metrics }) => <Spark losses={metrics?.lossHistory ?? []} /> },
  { key: 'loss', title: 'Best / nats', numeric: true, cell: ({ metrics }) => shortLoss(metrics?.loss) },
  {
    key: 'epochs',
    title: 'Epochs',
    numeric: true,
    cell: ({ metrics }) => (metrics ? `${metrics.bestEpoch} of ${metrics.epochs}` : '–'),
  },
  {
    key: 'right',
    title: 'Labelled ones right',
    numeric: true,
    cell: ({ classes, metrics }) => {
      const accuracy = readConfusion(classes, metrics?.confusionMatrix ?? [])?.accuracy;
      return accuracy === undefined ? '–' : percentage(accuracy);
    },
  },
  {
    key: 'examples',
    title: 'Trained on',
    numeric: true,
    cell: ({ trainingSet }) => (trainingSet ? grouped(trainingSet.examples) : '–'),
  },
  { key: 'seconds', title: 'Took', numeric: true, cell: ({ metrics }) => (metrics ? duration(metrics.seconds) : '–') },
  { key: 'created', title: 'Registered', cell: ({ createTime }) => <Moment time={createTime} /> },
];

/** The models of a campaign, one an iteration. */
export function ModelsView() {
  const campaignId = useCampaignId();
  const { data, error, refetch } = useQuery({
    queryKey: ['models', campaignId],
    queryFn: ({ signal }) =>
      allPages(async (pageToken) => {
        const { models, nextPageToken } = await training.listModels(
          { campaignId, pageSize: 1000, pageToken },
          { signal },
        );
        return { rows: models, nextPageToken };
      }),
    refetchInterval: REFRESHED,
  });
  return (
    <Page title="Models">
      {error && !data ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading what="the models" />
      ) : data.length === 0 ? (
        <EmptyState title="No model yet" action={<Link to={paths.campaign(campaignId)}>To the loop</Link>}>
          Each iteration of the loop trains one and keeps it for good.
        </EmptyState>
      ) : (
        <Table
          caption={`Models of ${campaignId}, the newest first`}
          columns={COLUMNS}
          rows={data.toReversed()}
          rowKey={({ modelId }) => modelId}
        />
      )}
    </Page>
  );
}

function shortLoss(loss: number | undefined): string {
  return loss === undefined ? '–' : String(Number(loss.toPrecision(3)));
}

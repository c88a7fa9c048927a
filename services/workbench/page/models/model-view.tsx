import type { Model } from '@spectrawl/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { failureOf } from '../app/failure.ts';
import { paths } from '../app/paths.ts';
import { training } from '../app/services.ts';
import { TrainingCurveChart } from '../chart/training-curve-chart.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Facts } from '../ui/facts.tsx';
import { Figures } from '../ui/figures.tsx';
import { Loading } from '../ui/loading.tsx';
import { Moment } from '../ui/moment.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { duration, grouped, percentage } from '../ui/words.ts';
import { ConfusionTable } from './confusion-table.tsx';
import { readConfusion } from './confusion.ts';
import styles from './models.module.css';
import { TrainedOn } from './trained-on.tsx';

/** One model: how its training went, what it was trained on, and how it could be made again. */
export function ModelView() {
  const { modelId = '' } = useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ['model', modelId],
    queryFn: async ({ signal }) => (await training.getModel({ modelId }, { signal })).model,
    // It is immutable.
    staleTime: Infinity,
  });
  if (data) return <ModelPage model={data} />;
  return (
    <Page title={modelId}>
      {error && failureOf(error).reason === 'MODEL_NOT_FOUND' ? (
        <EmptyState title="No such model" action={<Link to={paths.campaigns()}>To the campaigns</Link>}>
          There is no model “{modelId}”: its name may be misspelt, or its training has not ended.
        </EmptyState>
      ) : error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : (
        <Loading what={`model ${modelId}`} />
      )}
    </Page>
  );
}

function ModelPage({ model }: { model: Model }) {
  const { modelId, campaignId, classes, metrics, trainingSet } = model;
  const confusion = readConfusion(classes, metrics?.confusionMatrix ?? []);
  return (
    <Page title={modelId} actions={<Link to={paths.models(campaignId)}>All models of {campaignId}</Link>}>
      {metrics && (
        <Figures
          figures={[
            { name: 'Loss', value: Number(metrics.loss.toPrecision(3)), note: 'nats, at the epoch kept' },
            { name: 'Training set right', value: percentage(metrics.accuracy), note: 'balanced set, same epoch' },
            ...(confusion?.accuracy === undefined
              ? []
              : [
                  {
                    name: 'Labelled ones right',
                    value: percentage(confusion.accuracy),
                    note: `of ${grouped(confusion.total)}`,
                  },
                ]),
            { name: 'Epochs', value: metrics.epochs, note: `the best is ${metrics.bestEpoch}` },
            { name: 'Took', value: duration(metrics.seconds) },
            { name: 'Parameters', value: grouped(model.parameterCount), note: model.architecture },
          ]}
        />
      )}
      <div className={styles.pair}>
        <Panel title="Training curve">
          <TrainingCurveChart losses={metrics?.lossHistory ?? []} bestEpoch={metrics?.bestEpoch ?? 0} />
        </Panel>
        <Panel title="Confusion matrix on the labelled spectra">
          {confusion ? (
            <ConfusionTable confusion={confusion} />
          ) : (
            <p className={styles.none}>This model was registered without one.</p>
          )}
        </Panel>
      </div>
      <div className={styles.pair}>
        <Panel title="Trained on">{trainingSet && <TrainedOn classes={classes} trainingSet={trainingSet} />}</Panel>
        <Panel title="How to make it again">
          <Provenance model={model} />
        </Panel>
      </div>
    </Page>
  );
}

function Provenance({ model }: { model: Model }) {
  const { campaignId, iteration, seed, precision, parentModelId, weightsKey, weightsSha256, createTime, trainingSet } =
    model;
  return (
    <Facts
      facts={[
        {
          name: 'Campaign',
          value: (
            <>
              <Link to={paths.campaign(campaignId)}>{campaignId}</Link>, iteration {iteration}
            </>
          ),
        },
        {
          name: 'Started from',
          value: parentModelId === '' ? 'fresh weights' : <Link to={paths.model(parentModelId)}>{parentModelId}</Link>,
        },
        { name: 'Seed', value: <code>{String(seed)}</code> },
        { name: 'Precision', value: precision },
        { name: 'Labels', value: `up to position ${String(trainingSet?.labelPosition ?? 0n)} of the log` },
        { name: 'Weights', value: <code>{weightsKey}</code> },
        { name: 'SHA-256', value: <code>{weightsSha256}</code> },
        { name: 'Training set', value: <code>{trainingSet?.snapshotKey}</code> },
        { name: 'Registered', value: <Moment time={createTime} /> },
      ]}
    />
  );
}

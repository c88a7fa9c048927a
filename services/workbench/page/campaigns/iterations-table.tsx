import { Iteration_Step, IterationKind, type Campaign, type Iteration } from '@spectrawl/contracts';
import { Link } from 'react-router';
import { paths } from '../app/paths.ts';
import { Panel } from '../ui/panel.tsx';
import { Scroll } from '../ui/scroll.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { duration, grouped, percentage } from '../ui/words.ts';
import styles from './campaigns.module.css';

const STEPS: Readonly<Record<Iteration_Step, string>> = {
  [Iteration_Step.UNSPECIFIED]: '–',
  [Iteration_Step.TRAINING]: 'training',
  [Iteration_Step.SCORING]: 'scoring',
  [Iteration_Step.SELECTING]: 'selecting',
  [Iteration_Step.LABELLING]: 'labelling',
  [Iteration_Step.DONE]: 'done',
};

/** Every iteration in numbers: what the charts show, and how long its steps took. */
export function IterationsTable({ campaign, iterations }: { campaign: Campaign; iterations: readonly Iteration[] }) {
  return (
    <Panel title="Iterations" actions={<Link to={paths.models(campaign.campaignId)}>Models</Link>}>
      <Scroll label="Iterations">
        {iterations.length === 0 ? (
          <p className={styles.none}>None yet: the campaign was not started.</p>
        ) : (
          <Table
            caption="Iterations, the newest first"
            columns={columnsOf(campaign)}
            rows={iterations.toReversed()}
            rowKey={({ number }) => String(number)}
          />
        )}
      </Scroll>
    </Panel>
  );
}

function columnsOf({ classes }: Campaign): Column<Iteration>[] {
  return [
    {
      key: 'number',
      title: '#',
      cell: ({ number, kind }) => `${number}${kind === IterationKind.FINAL ? ' final' : ''}`,
    },
    { key: 'step', title: 'Step', cell: ({ step }) => STEPS[step] },
    { key: 'labels', title: 'Labels', numeric: true, cell: ({ labelsSpent }) => grouped(labelsSpent) },
    ...classes.map((name, index): Column<Iteration> => ({
      key: `class ${name}`,
      title: name,
      numeric: true,
      cell: ({ classCounts }) => (classCounts[index] === undefined ? '–' : grouped(classCounts[index])),
    })),
    {
      key: 'error',
      title: 'Error (bounds)',
      numeric: true,
      cell: ({ estimate }) => {
        const { error, errorLower, errorUpper } = estimate?.overall ?? {};
        if (error === undefined || errorLower === undefined || errorUpper === undefined) return '–';
        return `${percentage(error)} (${percentage(errorLower)}–${percentage(errorUpper)})`;
      },
    },
    ...(['training', 'scoring', 'selecting', 'labelling'] as const).map((step): Column<Iteration> => ({
      key: step,
      title: step,
      numeric: true,
      cell: ({ seconds }) => (seconds?.[step] ? duration(seconds[step]) : '–'),
    })),
    {
      key: 'model',
      title: 'Model',
      cell: ({ modelId }) => (modelId === '' ? '–' : <Link to={paths.model(modelId)}>{modelId}</Link>),
    },
  ];
}

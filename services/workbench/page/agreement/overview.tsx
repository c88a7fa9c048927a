import type { Agreement, GetAgreementResponse } from '@spectrawl/contracts';
import { useState } from 'react';
import { Figures } from '../ui/figures.tsx';
import { Panel } from '../ui/panel.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { grouped, percentage } from '../ui/words.ts';
import { AnswerMatrix } from './answer-matrix.tsx';
import { KappaBar } from './kappa-bar.tsx';
import { equalShare, intervalText, kappaText, strengthText } from './kappa-words.ts';
import styles from './overview.module.css';
import { TrendChart } from './trend-chart.tsx';

/** Answers that can be compared: of two people, or of one person at two times. */
interface Comparison {
  key: string;
  /** Whose answers are the rows, and whose the columns. */
  rows: string;
  columns: string;
  agreement: Agreement;
}

/** How far annotators agree, with each other and with themselves. */
export function Overview({ agreement: found }: { agreement: GetAgreementResponse }) {
  const comparisons = comparisonsOf(found);
  const [key, setKey] = useState<string>();
  const shown = comparisons.find((one) => one.key === key) ?? comparisons[0];
  const { overall } = found;
  return (
    <div className={styles.overview}>
      <Figures
        figures={[
          {
            name: 'κ of all',
            value: overall ? kappaText(overall) : '–',
            note: overall && strengthText(overall),
          },
          {
            name: 'Equal answers',
            value: share(overall),
            note: `${grouped(overall?.questions ?? 0)} spectra with two answers`,
          },
          { name: 'To settle', value: grouped(found.disagreementsOpen), note: 'disagreements' },
          { name: 'Waiting', value: grouped(found.overlapsWaiting), note: 'for a second person' },
        ]}
      />
      <div className={styles.columns}>
        <div className={styles.column}>
          <Panel title="Whose answers are compared">
            <Table
              caption="Annotators and how far they agree"
              columns={comparisonColumns(shown?.key, setKey)}
              rows={comparisons}
              rowKey={(one) => one.key}
            />
          </Panel>
          {found.annotators.some(({ adjudicated }) => adjudicated > 0) && (
            <Panel title="How disagreements were settled">
              <Table
                caption="Annotators and how their disagreements were settled"
                columns={UPHELD_COLUMNS}
                rows={found.annotators.filter(({ adjudicated }) => adjudicated > 0)}
                rowKey={({ annotator }) => annotator}
              />
            </Panel>
          )}
        </div>
        <div className={styles.column}>
          {shown && (
            <Panel title={`Rows: ${shown.rows}; columns: ${shown.columns}`}>
              <AnswerMatrix {...shown} categories={found.categories} />
            </Panel>
          )}
          <Panel title="κ by iteration">
            <TrendChart iterations={found.iterations} />
          </Panel>
        </div>
      </div>
    </div>
  );
}

/** Pairs first, then everybody with all others where there are several, then everybody with themselves. */
function comparisonsOf({ pairs, annotators }: GetAgreementResponse): Comparison[] {
  return [
    ...pairs.flatMap(({ first, second, agreement }) =>
      agreement ? [{ key: `${first}\0${second}`, rows: first, columns: second, agreement }] : [],
    ),
    ...annotators.flatMap(({ annotator, withOthers }) =>
      withOthers && pairs.length > 1 && withOthers.questions > 0
        ? [{ key: `${annotator}\0all`, rows: annotator, columns: 'all others', agreement: withOthers }]
        : [],
    ),
    ...annotators.flatMap(({ annotator, withOneself }) =>
      withOneself && withOneself.questions > 0
        ? [{ key: `${annotator}\0again`, rows: annotator, columns: 'the same, later', agreement: withOneself }]
        : [],
    ),
  ];
}

function comparisonColumns(shown: string | undefined, show: (key: string) => void): Column<Comparison>[] {
  return [
    {
      key: 'who',
      title: 'Annotators',
      cell: ({ key, rows, columns }) => (
        <button type="button" className={styles.who} aria-pressed={key === shown} onClick={() => show(key)}>
          {rows} <span>· {columns}</span>
        </button>
      ),
    },
    { key: 'questions', title: 'Spectra', numeric: true, cell: ({ agreement }) => grouped(agreement.questions) },
    { key: 'equal', title: 'Equal', numeric: true, cell: ({ agreement }) => share(agreement) },
    {
      key: 'kappa',
      title: 'κ',
      numeric: true,
      cell: ({ agreement }) => <b title={strengthText(agreement)}>{kappaText(agreement)}</b>,
    },
    {
      key: 'interval',
      title: '95 % interval',
      cell: ({ agreement }) => (
        <span className={styles.interval}>
          <KappaBar agreement={agreement} />
          {intervalText(agreement)}
        </span>
      ),
    },
  ];
}

const UPHELD_COLUMNS: Column<GetAgreementResponse['annotators'][number]>[] = [
  { key: 'annotator', title: 'Annotator', cell: ({ annotator }) => annotator },
  { key: 'adjudicated', title: 'Settled', numeric: true, cell: ({ adjudicated }) => grouped(adjudicated) },
  { key: 'upheld', title: 'As they said', numeric: true, cell: ({ upheld }) => grouped(upheld) },
  {
    key: 'share',
    title: '',
    numeric: true,
    cell: ({ upheld, adjudicated }) => percentage(Math.round((100 * upheld) / adjudicated) / 100),
  },
];

function share(agreement: Agreement | undefined): string {
  const equal = agreement && equalShare(agreement);
  return equal === undefined ? '–' : percentage(Number(equal.toFixed(3)));
}

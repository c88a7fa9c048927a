import { Verdict, type ScoredSpectrum } from '@spectrawl/contracts';
import { useQuery } from '@tanstack/react-query';
import { useId, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { failureOf } from '../app/failure.ts';
import { Thumbnail } from '../plot/thumbnail.tsx';
import { spectrumQuery } from '../spectrum/use-spectrum.ts';
import { ClassChip } from '../ui/chip.tsx';
import type { SortKey } from './candidate-query.ts';
import styles from './candidate-table.module.css';
import { useStill } from './use-candidates.ts';
import type { Reviews } from './use-reviews.ts';
import type { ScrolledRows } from './use-row-window.ts';

interface Column {
  title: string;
  sort?: SortKey;
  numeric?: boolean;
  cell: (spectrum: ScoredSpectrum) => ReactNode;
}

interface CandidateTableProps {
  rows: ScrolledRows;
  total: number;
  row: (number: number) => ScoredSpectrum | undefined;
  /** Why rows do not come. */
  error: unknown;
  poolId: string;
  classes: readonly string[];
  reviews: Reviews;
  selected: number;
  onSelect: (row: number) => void;
  onOpen: () => void;
  onKey: (event: KeyboardEvent) => void;
  sort: SortKey;
  ascending: boolean;
  onSort: (sort: SortKey, ascending: boolean) => void;
  /** Whether a catalogue says what is known. */
  withKnown: boolean;
}

const NONE: readonly number[] = [];
const text = (value: number | undefined, digits: number): string => value?.toFixed(digits) ?? '–';

/** Millions of rows, of which those in the window are drawn. Arrow keys walk, Enter opens, a and r give verdicts. */
export function CandidateTable(props: CandidateTableProps) {
  const { rows, total, row, poolId, classes, reviews, selected, withKnown } = props;
  const { scroller, height, top, first, last } = rows;
  const id = useId();
  const columns: Column[] = [
    {
      title: 'Spectrum',
      sort: 'id',
      cell: ({ spectrumId }) => <span className={styles.id}>{spectrumId}</span>,
    },
    { title: 'Name', sort: 'name', cell: ({ designation }) => <span className={styles.id}>{designation ?? '–'}</span> },
    {
      title: 'Class',
      cell: (spectrum) => <ClassChip index={classes.indexOf(spectrum.class)} name={spectrum.class} />,
    },
    { title: 'P(emission)', sort: 'probability', numeric: true, cell: (it) => text(it.emissionProbability, 4) },
    { title: 'Uncertainty', sort: 'uncertainty', numeric: true, cell: (it) => text(it.uncertainty, 3) },
    { title: 'S/N', sort: 'snr', numeric: true, cell: (it) => text(it.snr, 1) },
    { title: 'RA (°)', sort: 'ra', numeric: true, cell: (it) => text(it.ra, 5) },
    { title: 'Dec (°)', sort: 'dec', numeric: true, cell: (it) => text(it.dec, 5) },
    ...(withKnown
      ? [
          {
            title: 'Known as',
            sort: 'separation' as const,
            cell: ({ knownObject }: ScoredSpectrum) =>
              knownObject ? (
                <span className={styles.id} title={`${knownObject.name}, ${knownObject.separation.toFixed(2)}″ away`}>
                  {knownObject.name} <small>{knownObject.separation.toFixed(1)}″</small>
                </span>
              ) : (
                <span className={styles.new}>new</span>
              ),
          },
        ]
      : []),
    { title: 'Verdict', cell: ({ spectrumId }) => <VerdictMark verdict={reviews.get(spectrumId)?.verdict} /> },
  ];
  const numbers = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
  // Drawings are asked for once the window stands still.
  const still = useStill(`${first} ${last}`) === `${first} ${last}`;
  const click = (event: MouseEvent): void => {
    const clicked = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-row]') : null;
    if (clicked) props.onSelect(Number(clicked.dataset['row']));
  };
  const rowId = (number: number): string => `${id}-${number}`;
  return (
    <div
      className={styles.table}
      role="grid"
      aria-label="Candidates"
      aria-rowcount={total + 1}
      aria-colcount={columns.length + 1}
      aria-activedescendant={selected >= first && selected <= last ? rowId(selected) : undefined}
      data-known={withKnown}
      tabIndex={0}
      onKeyDown={props.onKey}
      onClick={click}
      onDoubleClick={props.onOpen}
    >
      <div className={styles.head} role="rowgroup">
        <div className={styles.row} role="row" aria-rowindex={1}>
          <span role="columnheader" className={styles.cell}>
            Hα
          </span>
          {columns.map(({ title, sort, numeric = false }) => (
            <span
              key={title}
              role="columnheader"
              className={styles.cell}
              data-numeric={numeric}
              aria-sort={sort === props.sort ? (props.ascending ? 'ascending' : 'descending') : undefined}
            >
              {sort === undefined ? (
                title
              ) : (
                <SortButton sort={sort} now={props.sort} ascending={props.ascending} onSort={props.onSort}>
                  {title}
                </SortButton>
              )}
            </span>
          ))}
        </div>
      </div>
      {props.error !== undefined && (
        <p className={styles.error} role="alert">
          Some rows do not come: {failureOf(props.error).message}
        </p>
      )}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without it the keyboard could not scroll (WCAG 2.1.1) */}
      <div ref={scroller} className={styles.scroller} role="rowgroup" tabIndex={0}>
        <div className={styles.all} style={{ height: height }} role="presentation">
          <div className={styles.window} role="presentation">
            {numbers.map((number) => {
              const spectrum = row(number);
              return (
                <div
                  key={number}
                  id={rowId(number)}
                  role="row"
                  aria-rowindex={number + 2}
                  aria-selected={number === selected}
                  className={styles.row}
                  style={{ transform: `translateY(${number * ROW - top}px)` }}
                  data-row={number}
                >
                  <span role="gridcell" className={styles.cell}>
                    {spectrum ? (
                      <RowThumbnail poolId={poolId} spectrumId={spectrum.spectrumId} isWanted={still} />
                    ) : null}
                  </span>
                  {columns.map(({ title, numeric = false, cell }) => (
                    <span key={title} role="gridcell" className={styles.cell} data-numeric={numeric}>
                      {spectrum ? cell(spectrum) : <i className={styles.coming} />}
                    </span>
                  ))}
                </div>
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}

/** CSS pixels. */
const ROW = 40;

function RowThumbnail({ poolId, spectrumId, isWanted }: { poolId: string; spectrumId: string; isWanted: boolean }) {
  const { data } = useQuery({ ...spectrumQuery(poolId, spectrumId), enabled: isWanted });
  return <Thumbnail values={data?.features ?? NONE} width={104} height={32} />;
}

interface SortButtonProps {
  sort: SortKey;
  now: SortKey;
  ascending: boolean;
  onSort: (sort: SortKey, ascending: boolean) => void;
  children: ReactNode;
}

function SortButton({ sort, now, ascending, onSort, children }: SortButtonProps) {
  const isSorted = sort === now;
  // Words and places begin with the first one, all else with the largest.
  const firstAscending = ['id', 'name', 'ra', 'dec', 'separation'].includes(sort);
  return (
    <button
      type="button"
      className={styles.sort}
      onClick={() => onSort(sort, isSorted ? !ascending : firstAscending)}
      onKeyDown={(event) => event.stopPropagation()}
    >
      {children}
      <span aria-hidden="true">{isSorted ? (ascending ? '↑' : '↓') : ''}</span>
    </button>
  );
}

const VERDICTS: Partial<Record<Verdict, { word: string; className: string | undefined; sign: string }>> = {
  [Verdict.ACCEPTED]: { word: 'accepted', className: styles.accepted, sign: '✓' },
  [Verdict.REJECTED]: { word: 'rejected', className: styles.rejected, sign: '✗' },
};

/** A verdict as a sign and a word. */
export function VerdictMark({ verdict }: { verdict: Verdict | undefined }) {
  const shown = verdict === undefined ? undefined : VERDICTS[verdict];
  if (!shown) return <span className={styles.none}>–</span>;
  return (
    <span className={shown.className}>
      <span aria-hidden="true">{shown.sign}</span> {shown.word}
    </span>
  );
}

import type { ReactNode } from 'react';
import styles from './table.module.css';

/** A column of a table. */
export interface Column<Row> {
  /** Tells it from the others, and names what it is sorted by. */
  readonly key: string;
  readonly title: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand at the right, so that their digits line up. */
  readonly numeric?: boolean;
  readonly sortable?: boolean;
}

/** What a table is sorted by. */
export interface Sorting {
  readonly key: string;
  readonly descending: boolean;
}

interface TableProps<Row> {
  /** What it lists, for those who don't see it. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  sorting?: Sorting | undefined;
  onSort?: (sorting: Sorting) => void;
}

/** Rows under named columns. Long lists are the caller's to page or to virtualise. */
export function Table<Row>({ caption, columns, rows, rowKey, sorting, onSort }: TableProps<Row>) {
  return (
    <table className={styles.table}>
      <caption className={styles.caption}>{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ key, title, numeric, sortable }) => (
            <th
              key={key}
              scope="col"
              data-numeric={numeric ?? false}
              aria-sort={sorting?.key === key ? (sorting.descending ? 'descending' : 'ascending') : undefined}
            >
              {sortable && onSort ? (
                <button
                  type="button"
                  className={styles.sort}
                  onClick={() => onSort({ key, descending: sorting?.key === key ? !sorting.descending : false })}
                >
                  {title}
                  <span aria-hidden="true">{sorting?.key === key ? (sorting.descending ? '↓' : '↑') : '↕'}</span>
                </button>
              ) : (
                title
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)}>
            {columns.map(({ key, cell, numeric }) => (
              <td key={key} data-numeric={numeric ?? false}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export { ParquetQueries } from './parquet-queries.ts';
export type { Cell, Parameter, ParquetQueryOptions, Row } from './parquet-queries.ts';

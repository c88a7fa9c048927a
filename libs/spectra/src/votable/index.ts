export { VotableError } from './table.ts';
export type {
  VotableCell,
  VotableDatatype,
  VotableField,
  VotableInfo,
  VotableParam,
  VotableScalar,
  VotableTable,
} from './table.ts';
export { votablePieces, writeVotable } from './write-votable.ts';
export { writeCsv } from './write-csv.ts';

// The module that each parsing thread runs: piscina calls these functions by name.
import { transferableSymbol, valueSymbol } from 'piscina';
import { parseFiles as files, type FilesToParse } from './parse-files.ts';
import { divideTable, parseTablePart as tablePart, type TablePart, type TableToParse } from './parse-table.ts';
import type { ParsedBatch } from './parsed-batch.ts';
import { writeShardFiles } from './write-shard-files.ts';

export { divideTable, writeShardFiles };

export const parseFiles = (request: FilesToParse): object => moved(files(request));

export const parseTablePart = async (request: TableToParse & TablePart): Promise<object> =>
  moved(await tablePart(request));

/** Hands the arrays over instead of copying them. */
const moved = (batch: ParsedBatch): object => ({
  [transferableSymbol]: [batch.features.buffer, batch.pixels.buffer],
  [valueSymbol]: batch,
});

// The module that each parsing thread runs: piscina calls these functions by name.
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { parseFiles as files, type FilesToParse } from './parse-files.ts';
import { divideTable, parseTablePart as tablePart, type TablePart, type TableToParse } from './parse-table.ts';
import type { ParsedBatch } from './parsed-batch.ts';
import { writeShardFiles } from './write-shard-files.ts';

export { divideTable, writeShardFiles };

export const parseFiles = (request: FilesToParse): object => moved(files(request));

export const parseTablePart = async (request: TableToParse & TablePart): Promise<object> =>
  moved(await tablePart(request));

/** Hands the arrays over instead of copying them. */
function moved(batch: ParsedBatch): object {
  const buffers = [batch.features.buffer, batch.places.buffer, batch.block.buffer];
  return move({ [transferableSymbol]: buffers, [valueSymbol]: batch } as never) as object;
}

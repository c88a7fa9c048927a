import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG } from '@spectrawl/runtime';
import { Piscina } from 'piscina';
import type { IngestionConfig } from '../config.ts';
import type { FilesToParse } from './parse-files.ts';
import type { TablePart, TableToParse } from './parse-table.ts';
import type { ParsedBatch, UnusableParsed } from './parsed-batch.ts';
import type { ShardToWrite, WrittenShard } from './write-shard-files.ts';

/** Threads without work end after so many milliseconds: between uploads the service needs none. */
const IDLE_TIMEOUT = 10_000;

/** The threads that parse files and write shards, off the event loop. */
@Injectable()
export class Parsers implements OnModuleDestroy {
  readonly #threads: Piscina;
  /** How many work at a time. */
  readonly count: number;

  constructor(@Inject(CONFIG) { parsers }: Pick<IngestionConfig, 'parsers'>) {
    // The same module as a source and as it is compiled.
    const extension = extname(import.meta.url);
    this.count = parsers;
    this.#threads = new Piscina({
      filename: fileURLToPath(new URL(`./parsing-thread${extension}`, import.meta.url)),
      execArgv: extension === '.ts' ? ['--conditions=@spectrawl/source'] : [],
      minThreads: 0,
      maxThreads: parsers,
      idleTimeout: IDLE_TIMEOUT,
    });
  }

  async parseFiles(request: FilesToParse): Promise<ParsedBatch> {
    return (await this.#run('parseFiles', request, [request.bytes.buffer])) as ParsedBatch;
  }

  async divideTable(request: TableToParse): Promise<TablePart[] | UnusableParsed> {
    return (await this.#run('divideTable', request)) as TablePart[] | UnusableParsed;
  }

  async parseTablePart(request: TableToParse & TablePart): Promise<ParsedBatch> {
    return (await this.#run('parseTablePart', request)) as ParsedBatch;
  }

  async writeShardFiles(request: ShardToWrite): Promise<WrittenShard> {
    return (await this.#run('writeShardFiles', request, [
      request.features.buffer,
      request.places.buffer,
    ])) as WrittenShard;
  }

  async onModuleDestroy(): Promise<void> {
    await this.#threads.destroy();
  }

  #run(name: string, request: object, transferList: ArrayBuffer[] = []): Promise<unknown> {
    return this.#threads.run(request, { name, transferList });
  }
}

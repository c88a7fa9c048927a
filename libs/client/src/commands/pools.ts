import type { Command } from 'commander';
import { Pool_State, PoolSchema, type Pool } from '@spectrawl/contracts';
import { allPages } from '@spectrawl/grpc';
import { plain } from '../plain.ts';
import { withContext } from '../terminal/command-context.ts';

export function addPools(program: Command): void {
  const pools = program.command('pools').description('list the pools of spectra');
  pools.action(
    withContext(async ({ spectrawl, output }) => {
      const found: Pool[] = [];
      const pages = allPages(
        (pageToken) => spectrawl.ingestion.listPools({ pageToken }),
        (page) => page.pools,
      );
      for await (const pool of pages) found.push(pool);
      output.table(
        found.map((pool) => plain(PoolSchema, pool)),
        ['pool', 'state', 'in', 'stored', 'quarantined', 'duplicates', 'shards', 'surveys'],
        (at) => poolRow(found[at]!),
      );
    }),
  );
  pools
    .command('quarantine')
    .argument('<pool>')
    .description('list what a pool could not use, and why')
    .action(
      withContext(async ({ spectrawl, output }, poolId: string) => {
        const pages = allPages(
          (pageToken) => spectrawl.ingestion.listQuarantinedInputs({ poolId, pageToken }),
          (page) => page.inputs,
        );
        const inputs: { source: string; reason: string; message: string }[] = [];
        for await (const { source, reason, message } of pages) inputs.push({ source, reason, message });
        output.table(inputs, ['source', 'reason', 'message'], (at) => {
          const { source, reason, message } = inputs[at]!;
          return [source, reason, message];
        });
      }),
    );
}

function poolRow({ poolId, state, counts, shardCount, surveys }: Pool): (string | number)[] {
  return [
    poolId,
    state === Pool_State.SEALED ? 'sealed' : 'open',
    Number(counts?.received ?? 0),
    Number(counts?.stored ?? 0),
    Number(counts?.quarantined ?? 0),
    Number(counts?.duplicates ?? 0),
    shardCount,
    surveys.join(' '),
  ];
}

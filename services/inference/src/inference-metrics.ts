import { counter, histogram } from '@spectrawl/telemetry';

/** Shards that were asked to be scored. */
export const shardsPlanned = counter('spectrawl.inference.shards.planned', {
  description: 'Shards that were asked to be scored',
  unit: '{shard}',
});

/** Shards that this process has scored. */
export const shardsScored = counter('spectrawl.inference.shards.scored', {
  description: 'Shards that were scored, each once',
  unit: '{shard}',
});

export const rowsScored = counter('spectrawl.inference.rows.scored', {
  description: 'Spectra that were scored, each once a scoring run',
  unit: '{spectrum}',
});

export const shardDuration = histogram(
  'spectrawl.inference.shard.duration',
  { description: 'Time to score a shard, from its request to its stored scores', unit: 's' },
  [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800],
);

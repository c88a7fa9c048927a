import { create, toJson } from '@bufbuild/protobuf';
import { CampaignSchema, IngestCountsSchema, IterationSchema, PoolSchema } from '@spectrawl/contracts';
import { describe, expect, it } from 'vitest';
import { allPages } from '@spectrawl/grpc';
import { plain } from './plain.ts';

describe('a message as plain JSON', () => {
  it('has whole numbers as numbers, in fields, lists and messages within', () => {
    const pool = create(PoolSchema, { poolId: 'sky', counts: { received: 3n, stored: 2n, quarantined: 1n } });
    expect(plain(PoolSchema, pool)).toMatchObject({
      poolId: 'sky',
      counts: { received: 3, stored: 2, quarantined: 1, duplicates: 0 },
    });
    const iteration = create(IterationSchema, { classCounts: [5n, 6n], poolSize: 11n });
    expect(plain(IterationSchema, iteration)).toMatchObject({ classCounts: [5, 6], poolSize: 11 });
  });

  it('leaves structs, maps and times as protobuf JSON has them', () => {
    const campaign = create(CampaignSchema, {
      method: { query: { size: 20, names: ['1'] } },
      catalogue: { keys: { csv: 'a/b.csv' } },
      createTime: { seconds: 1n, nanos: 0 },
    });
    const json = plain(CampaignSchema, campaign);
    expect(json['method']).toEqual({ query: { size: 20, names: ['1'] } });
    expect(json['createTime']).toBe('1970-01-01T00:00:01Z');
    expect(json['catalogue']).toMatchObject({ keys: { csv: 'a/b.csv' } });
  });

  it('does not change the text that protobuf makes', () => {
    const counts = create(IngestCountsSchema, { received: 3n });
    expect(toJson(IngestCountsSchema, counts)).toEqual({ received: '3' });
  });
});

describe('a paged list', () => {
  it('is asked for until a page is the last', async () => {
    const pages = [
      { rows: [1, 2], nextPageToken: '1' },
      { rows: [], nextPageToken: '2' },
      { rows: [3], nextPageToken: '' },
    ];
    const rows: number[] = [];
    const all = allPages(
      async (token) => pages[Number(token)]!,
      (page) => page.rows,
    );
    for await (const row of all) rows.push(row);
    expect(rows).toEqual([1, 2, 3]);
  });
});

import { create } from '@bufbuild/protobuf';
import { GetPoolMapResponseSchema, type GetPoolMapResponse } from '@spectrawl/contracts';
import { python } from '@spectrawl/testing';
import { describe, expect, it } from 'vitest';
import { gatherMap } from './point-cloud.ts';
import { drawingOrder } from './point-renderer.ts';
import { selectionCsv, selectionVotable } from './selection-table.ts';

const MAP = {
  campaignId: 'Be & <B[e]>',
  iteration: 2,
  modelId: 'm "1"',
  poolId: 'sky',
  classes: ['absorption', 'single-peak', 'double-peak'],
  points: 3,
  labelledPoints: 1,
  poolRows: 30n,
};
const POOL_POINTS = {
  poolId: 'sky',
  spectrumIds: ['plain', 'with, "comma"', 'Hα <&>'],
  x: [-1, 0.5, 0.25],
  y: [1, 0, -0.125],
  classIndices: [2, 0, 0],
  probabilities: [0.5, 0.75, 1],
};
const LABELLED = {
  poolId: 'seed',
  labelled: true,
  spectrumIds: ['known'],
  x: [0],
  y: [0],
  classIndices: [1],
  probabilities: [1],
};

async function* parts(...messages: GetPoolMapResponse['part'][]): AsyncGenerator<GetPoolMapResponse> {
  for (const part of messages) {
    const message = create(GetPoolMapResponseSchema);
    message.part = part;
    yield message;
  }
}

const message = (part: object): GetPoolMapResponse['part'] =>
  create(GetPoolMapResponseSchema, { part: part as never }).part;
const WHOLE = [
  message({ case: 'progress', value: { step: 2, done: 0.5 } }),
  message({ case: 'map', value: MAP }),
  message({ case: 'points', value: POOL_POINTS }),
  message({ case: 'points', value: LABELLED }),
];

const gather = async (of = WHOLE) => {
  const progress: number[] = [];
  return { cloud: await gatherMap(parts(...of), ({ done }) => progress.push(done)), progress };
};

describe('a map', () => {
  it('is put together from its stream', async () => {
    const { cloud, progress } = await gather();
    expect(progress).toEqual([0.5]);
    expect(cloud.size).toBe(4);
    expect([0, 1, 2, 3].map(cloud.poolOf)).toEqual(['sky', 'sky', 'sky', 'seed']);
    expect([...cloud.x]).toEqual([-1, 0.5, 0.25, 0]);
  });

  it('that breaks off is none', async () => {
    await expect(gather(WHOLE.slice(0, 3))).rejects.toThrow('broke off');
    await expect(gather([])).rejects.toThrow('broke off');
  });

  it('is drawn with rare classes over common ones, and labelled points over all', async () => {
    const { cloud } = await gather();
    expect([...drawingOrder(cloud)]).toEqual([1, 2, 0, 3]);
  });
});

describe('a selection', () => {
  it('as CSV is what csv of Python reads', async () => {
    const { cloud } = await gather();
    const program =
      'import csv, io, json, sys; print(json.dumps(list(csv.DictReader(io.StringIO(sys.stdin.read(), newline="")))))';
    expect(JSON.parse(await python(program, [], selectionCsv(cloud, [1, 3])))).toEqual([
      {
        id: 'with, "comma"',
        pool: 'sky',
        class: 'absorption',
        probability: '0.75',
        labelled: 'false',
        map_x: '0.5',
        map_y: '0',
      },
      { id: 'known', pool: 'seed', class: 'single-peak', probability: '1', labelled: 'true', map_x: '0', map_y: '0' },
    ]);
  });

  it('as VOTable is valid, and what astropy reads', async () => {
    const { cloud } = await gather();
    const program = `
import io, json, sys
from astropy.io import votable
found = votable.parse(io.BytesIO(sys.stdin.buffer.read()), verify="exception")
table = found.get_first_table()
rows = table.to_table()
print(json.dumps({
    "resource": found.resources[0].name,
    "model": str(table.get_field_by_id_or_name("model").value),
    "columns": rows.colnames,
    "rows": [[str(value) for value in row] for row in rows],
}))
`;
    const read = JSON.parse(await python(program, [], selectionVotable(cloud, [0, 2, 3]))) as object;
    expect(read).toEqual({
      resource: MAP.campaignId,
      model: MAP.modelId,
      columns: ['id', 'pool', 'class', 'probability', 'labelled', 'map_x', 'map_y'],
      rows: [
        ['plain', 'sky', 'double-peak', '0.5', 'False', '-1.0', '1.0'],
        ['Hα <&>', 'sky', 'absorption', '1.0', 'False', '0.25', '-0.125'],
        ['known', 'seed', 'single-peak', '1.0', 'True', '0.0', '0.0'],
      ],
    });
  });
});

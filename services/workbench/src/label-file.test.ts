import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { BadTable, labelsAsMessages } from './label-file.ts';

const columns = { id: 'id', class: 'class' };
const into = { requestId: 'r', poolId: 'p', annotator: 'by eye', columns };

async function read(table: string, naming = columns) {
  const messages = [];
  for await (const message of labelsAsMessages(Readable.from([table]), { ...into, columns: naming }))
    messages.push(message.payload);
  return messages;
}

describe('a table of labels', () => {
  it('becomes an opening and its rows', async () => {
    expect(
      await read('\uFEFFid,class,source\na, absorption ,x\n"b",double-peak,y\n\na,absorption,again\n'),
    ).toMatchObject([
      { case: 'open', value: { requestId: 'r', poolId: 'p', annotator: 'by eye' } },
      {
        case: 'rows',
        value: {
          rows: [
            { spectrumId: 'a', class: 'absorption' },
            { spectrumId: 'b', class: 'double-peak' },
          ],
        },
      },
    ]);
  });

  it('has columns of other names where they are told', async () => {
    const [, rows] = await read('obsid,label\n7,single-peak\n', { id: 'obsid', class: 'label' });
    expect(rows).toMatchObject({ value: { rows: [{ spectrumId: '7', class: 'single-peak' }] } });
  });

  it('is cut into messages that the contract allows', async () => {
    const lines = Array.from({ length: 2001 }, (_, row) => `s${row},absorption`);
    const messages = await read(['id,class', ...lines].join('\n'));
    expect(
      messages.slice(1).map((message) => (message?.case === 'rows' ? message.value.rows?.length : undefined)),
    ).toEqual([1000, 1000, 1]);
  });

  it.each([
    ['name,class\na,absorption\n', 'the table has no column "id": it has name, class'],
    ['id,class\na,\n', 'line 2: an id or a class is empty'],
    ['id,class\na,absorption\na,double-peak\n', 'line 3: "a" was absorption before, and is double-peak here'],
    ['id,class\n', 'the table has no rows'],
    ['', 'the table has no rows'],
    ['id,class\na,b,c\n', 'Invalid Record Length'],
  ])('%j is refused', async (table, message) => {
    await expect(read(table)).rejects.toThrow(BadTable);
    await expect(read(table)).rejects.toThrow(message);
  });
});

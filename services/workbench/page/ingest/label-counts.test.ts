import { create } from '@bufbuild/protobuf';
import { Decision_Abstention, LabelSchema } from '@spectrawl/contracts';
import { expect, it } from 'vitest';
import { countLabels } from './label-counts.ts';

const named = (name: string) => create(LabelSchema, { decision: { answer: { case: 'class', value: name } } });
const unsure = create(LabelSchema, {
  decision: { answer: { case: 'abstention', value: Decision_Abstention.UNSURE } },
});

async function* batches(...all: ReturnType<typeof named>[][]) {
  for (const labels of all) yield await Promise.resolve({ labels });
}

it('counts labels by class, the most frequent first', async () => {
  const counts = await countLabels(batches([named('b'), named('a'), unsure], [named('a')]));
  expect(counts).toEqual({
    classes: [
      { name: 'a', spectra: 2 },
      { name: 'b', spectra: 1 },
    ],
    abstained: 1,
    more: false,
  });
});

it('stops where there are more than a page should read', async () => {
  const thousand = Array.from({ length: 1000 }, () => named('a'));
  const counts = await countLabels(batches(...Array.from({ length: 51 }, () => thousand)));
  expect(counts).toEqual({ classes: [{ name: 'a', spectra: 50_000 }], abstained: 0, more: true });
});

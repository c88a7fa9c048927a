import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { IterationSchema } from '@spectrawl/contracts';
import { describe, expect, it } from 'vitest';
import { learningCurve, predictedCounts } from './learning-curve.ts';

const iteration = (fields: MessageInitShape<typeof IterationSchema>) => create(IterationSchema, fields);
const overall = {
  audited: 30,
  right: 24,
  wrong: 6,
  error: 0.2,
  errorLower: 0.077,
  errorUpper: 0.386,
  errorBound: 0.357,
};

describe('the learning curve', () => {
  it('has a point for every answered audit', () => {
    const iterations = [
      iteration({ number: 0, labelsSpent: 0, estimate: { overall } }),
      iteration({ number: 1, labelsSpent: 130, estimate: { certified: true, overall: { ...overall, error: 0 } } }),
      iteration({ number: 2, labelsSpent: 260 }),
      iteration({ number: 3, labelsSpent: 390, estimate: { overall: { audited: 0 } } }),
    ];
    expect(learningCurve(iterations)).toEqual([
      {
        iteration: 0,
        labels: 0,
        error: 0.2,
        lower: 0.077,
        upper: 0.386,
        bound: 0.357,
        audited: 30,
        right: 24,
        certified: false,
      },
      expect.objectContaining({ iteration: 1, labels: 130, error: 0, certified: true }),
    ]);
  });

  it('is drawn for a class, too', () => {
    const byClass = [{ ...overall, class: 'double-peak', error: 0.5 }];
    const iterations = [iteration({ number: 4, labelsSpent: 520, estimate: { overall, byClass } })];
    expect(learningCurve(iterations, 'double-peak')).toMatchObject([{ labels: 520, error: 0.5 }]);
    expect(learningCurve(iterations, 'single-peak')).toEqual([]);
  });
});

it('predicted counts are those of scored iterations', () => {
  const iterations = [
    iteration({ number: 0, classCounts: [3_851_361n, 114_401n, 170_720n], poolSize: 4_136_482n }),
    iteration({ number: 1 }),
  ];
  expect(predictedCounts(iterations)).toEqual([
    { iteration: 0, counts: [3_851_361, 114_401, 170_720], poolSize: 4_136_482 },
  ]);
});

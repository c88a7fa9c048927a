import { create } from '@bufbuild/protobuf';
import { ModelSchema } from '@spectrawl/contracts';
import { expect, it } from 'vitest';
import { modelReport } from './model-report.ts';

it('reports a model: what it learnt from, how its loss fell, what it confuses', () => {
  const model = create(ModelSchema, {
    modelId: 'hunt-2',
    campaignId: 'hunt',
    iteration: 2,
    architecture: 'skoda-2020',
    parameterCount: 2_481_731n,
    classes: ['absorption', 'single-peak'],
    precision: 'float32',
    seed: 7n,
    trainingSet: { classCounts: [30, 12], poolNegatives: 5, examples: 47 },
    metrics: {
      epochs: 3,
      bestEpoch: 2,
      loss: 0.125,
      accuracy: 0.95,
      seconds: 4.25,
      lossHistory: [1, 0.125, 0.5],
      confusionMatrix: [29, 1, 0, 12],
    },
    weightsSha256: 'abc',
    parentModelId: '',
  });
  expect(modelReport(model)).toBe(
    [
      'model hunt-2: campaign hunt, iteration 2',
      'skoda-2020, 2481731 parameters, float32, seed 7, trained afresh',
      'weights sha256 abc',
      'trained on 30 absorption, 12 single-peak; 5 pool negatives; 47 spectra in all',
      '3 epochs in 4.3 s; best epoch 2: loss 0.1250, 95.0 % right',
      'loss 1.0000 █▁▄ 0.5000',
      '',
      'labelled as  predicted absorption  predicted single-peak  right',
      'absorption                     29                      1  96.7 %',
      'single-peak                     0                     12  100.0 %',
    ].join('\n'),
  );
});

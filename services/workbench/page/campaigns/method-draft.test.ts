import { PRESETS, PRESET_NAMES, resolveMethod } from '@spectrawl/active-learning';
import { describe, expect, it } from 'vitest';
import { changes, fieldText, methodProblems, quotaText, readDraft, withField, withQuota } from './method-draft.ts';
import { METHOD_FIELDS, METHOD_GROUPS, type MethodPath } from './method-fields.ts';

const PATHS = Object.keys(METHOD_FIELDS) as MethodPath[];

describe('the fields of a method', () => {
  it('are all shown, each once', () => {
    expect(METHOD_GROUPS.flatMap(({ paths }) => paths).toSorted()).toEqual(PATHS.toSorted());
  });

  it.each(PRESET_NAMES)('entered as the preset %s has them change nothing', (preset) => {
    const draft = PATHS.filter((path) => path !== 'query.quotas').reduce(
      (entered, path) => withField(entered, path, fieldText(entered, path)),
      { preset, changed: {} } as Parameters<typeof withField>[0],
    );
    expect(changes(draft)).toBe(0);
    expect(readDraft(draft)).toEqual({ overrides: {}, problems: [] });
  });
});

describe('a draft', () => {
  it('becomes the values that differ from the preset', () => {
    let draft = withField({ preset: 'default', changed: {} }, 'query.size', '20');
    draft = withField(draft, 'query.clusters', '0');
    draft = withField(draft, 'training.earlyStopping.patience', ' 3 ');
    draft = withField(draft, 'stopping.maxIterations', '');
    draft = withField(draft, 'audit.feedBack', 'false');
    draft = withField(draft, 'catalogue.threshold', '0.8');
    draft = withQuota(draft, 'double-peak', '');
    draft = withQuota(draft, 'single-peak', '4');
    expect(readDraft(draft)).toEqual({
      problems: [],
      overrides: {
        query: { size: 20, clusters: 0, quotas: { 'single-peak': 4 } },
        training: { earlyStopping: { patience: 3 } },
        stopping: { maxIterations: null },
        audit: { feedBack: false },
        catalogue: { threshold: 0.8 },
      },
    });
    expect(changes(draft)).toBe(7);
  });

  it('can drop the final training', () => {
    const { overrides, problems } = readDraft({ preset: 'skoda-2020', changed: {}, hasFinalTraining: false });
    expect(problems).toEqual([]);
    expect(overrides).toEqual({ finalTraining: null });
  });

  it('can add one, which begins as the paper’s', () => {
    const draft = { preset: 'default', changed: {}, hasFinalTraining: true } as const;
    expect(fieldText(draft, 'finalTraining.earlyStopping.patience')).toBe('100');
    const { overrides, problems } = readDraft(withField(draft, 'finalTraining.maxEpochs', '50'));
    expect(problems).toEqual([]);
    expect(resolveMethod('default', overrides).finalTraining).toEqual({
      ...PRESETS['skoda-2020'].finalTraining,
      maxEpochs: 50,
    });
  });

  it('with other classes keeps no quota of a class that is gone', () => {
    const draft = withField({ preset: 'default', changed: {} }, 'classes', 'absorption, emission');
    expect(readDraft(draft)).toEqual({
      problems: [],
      overrides: { classes: ['absorption', 'emission'], query: { quotas: {} } },
    });
  });

  it('shows the quotas of its preset', () => {
    expect(quotaText({ preset: 'default', changed: {} }, 'double-peak')).toBe('10');
    expect(quotaText({ preset: 'default', changed: {} }, 'single-peak')).toBe('');
  });

  it.each<[MethodPath, string, string]>([
    ['query.size', 'many', 'Enter a whole number of at least 1'],
    ['query.size', '', 'Enter a whole number of at least 1'],
    ['query.size', '1.5', 'Enter a whole number of at least 1'],
    ['training.learningRate', 'fast', 'Enter a number, such as 0.001'],
    ['training.learningRate', '-1', 'Must be a number above 0, not -1'],
    ['stopping.maxError', '6.5', 'Must be between 0 and 1, both excluded, not 6.5'],
    ['stopping.maxIterations', '-2', 'Enter a whole number of at least 0'],
    ['catalogue.threshold', '0.123', "Must be 'argmax', 'from-audit' or a multiple of 0.01 in [0, 1), not 0.123"],
    ['classes', 'absorption', 'Must be 2 to 256 different class names, not ["absorption"]'],
  ])('refuses %s "%s" at its field', (path, text, message) => {
    const draft = withField({ preset: 'skoda-2020', changed: {} }, path, text);
    expect(readDraft(draft).problems).toEqual([{ path, message }]);
  });

  it('refuses what does not fit together', () => {
    expect(readDraft(withField({ preset: 'default', changed: {} }, 'query.size', '5')).problems).toEqual([
      { path: 'query.size', message: 'Is 5, less than the 20 of quotas, clusters and random together' },
    ]);
  });
});

describe('problems that the service names', () => {
  it('are put at their fields', () => {
    const refusal =
      "The campaign's method can't be used: query.size must be an integer of at least 1, not -1; query.quotas.quasar is none of the classes absorption, x";
    expect(methodProblems(refusal)).toEqual([
      { path: 'query.size', message: 'Must be an integer of at least 1, not -1' },
      { path: 'query.quotas.quasar', message: 'Is none of the classes absorption, x' },
    ]);
  });

  it('of no field are said of the whole', () => {
    expect(methodProblems('There is no preset "best", only skoda-2020, default')).toEqual([
      { path: '', message: 'There is no preset "best", only skoda-2020, default' },
    ]);
  });
});

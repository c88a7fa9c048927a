import { describe, expect, it } from 'vitest';
import { finalAuditPlanOf, queryPlanOf, stoppingRuleOf } from './method-plans.ts';
import { PRESETS, PRESET_NAMES } from './presets.ts';
import { summaryLimitsFor } from './query-batch.ts';
import { resolveMethod } from './resolve-method.ts';
import type { MethodOverrides } from './resolve-method.ts';

describe('campaign methods', () => {
  it.each(PRESET_NAMES)('%s passes its own validation', (name) => {
    expect(resolveMethod(name)).toEqual(PRESETS[name]);
  });

  it('the reference is the paper’s', () => {
    expect(resolveMethod('skoda-2020')).toMatchObject({
      query: { strategy: 'entropy', size: 100 },
      training: { balance: 'smote', batchSize: 64, earlyStopping: { minDelta: 1e-3, patience: 10 } },
      finalTraining: { balance: 'none', earlyStopping: { minDelta: 1e-4, patience: 100 } },
      audit: { feedBack: false },
      catalogue: { threshold: 'argmax' },
    });
  });

  it('replace single values, and lists and quotas whole', () => {
    const method = resolveMethod('default', {
      query: { quotas: { 'single-peak': 3 } },
      training: { earlyStopping: { patience: 4 } },
      stopping: { maxIterations: null },
      catalogue: { threshold: 0.9 },
    });
    expect(method.query).toMatchObject({ strategy: 'margin', quotas: { 'single-peak': 3 } });
    expect(method.query.quotas).not.toHaveProperty('double-peak');
    expect(method.training.earlyStopping).toEqual({ minDelta: 1e-3, patience: 4 });
    expect(method.stopping.maxIterations).toBeNull();
    expect(PRESETS.default.training.earlyStopping.patience).toBe(10);
  });

  it('can drop the final training, or add a whole one', () => {
    expect(resolveMethod('skoda-2020', { finalTraining: null }).finalTraining).toBeNull();
    const { finalTraining } = PRESETS['skoda-2020'];
    expect(resolveMethod('default', { finalTraining }).finalTraining).toEqual(finalTraining);
    expect(() => resolveMethod('default', { finalTraining: { batchSize: 64 } })).toThrow(
      'finalTraining.maxEpochs is missing',
    );
  });

  it('never share state with the presets', () => {
    resolveMethod('default').classes.push('changed');
    resolveMethod('default').query.quotas['absorption'] = 1;
    expect(resolveMethod('default').classes).toHaveLength(3);
    expect(resolveMethod('default').query.quotas).toEqual({ 'double-peak': 10 });
  });

  it.each<[unknown, string]>([
    [{ querry: {} }, 'querry is not known here; known are classes, architecture, query'],
    [{ query: { sizes: 3 } }, 'query.sizes is not known here; known are strategy, size'],
    [{ query: { strategy: 'gut-feeling' } }, 'query.strategy must be one of entropy, least-confidence, margin, random'],
    [{ query: { size: 0 } }, 'query.size must be an integer of at least 1, not 0'],
    [{ query: { quotas: { 'double-peak': -1 } } }, 'query.quotas.double-peak must be an integer of at least 0'],
    [{ query: { quotas: { quasar: 1 } } }, 'query.quotas.quasar is none of the classes'],
    [{ query: { quotas: 5 } }, 'query.quotas must be an object'],
    [{ query: { clusters: 95 } }, 'query.size is 100, less than the 105 of quotas'],
    [{ classes: ['absorption'] }, 'classes must be 2 to 256 different class names'],
    [{ classes: ['a', 'a'], query: { quotas: {} } }, 'classes must be'],
    [{ training: 'fast' }, 'training must be an object with balance'],
    [{ training: { learningRate: '1e-3' } }, 'training.learningRate must be a number above 0, not "1e-3"'],
    [{ training: { warmStart: null } }, 'training.warmStart must be true or false, not null'],
    [{ stopping: { maxError: 6.5 } }, 'stopping.maxError must be between 0 and 1'],
    [{ catalogue: { threshold: 0.123 } }, "catalogue.threshold must be 'argmax', 'from-audit' or a multiple of 0.01"],
    [{ audit: { finalSize: 0 } }, 'audit.finalSize must be above 0'],
    [[], 'the method must be an object'],
    [null, 'the method must be an object'],
  ])('refuse %j', (overrides, message) => {
    expect(() => resolveMethod('default', overrides as MethodOverrides)).toThrow(message);
  });

  it('report every problem at once', () => {
    const overrides = { query: { size: -1 }, scoring: { meanOfLast: 0 } };
    expect(() => resolveMethod('default', overrides)).toThrow(/query\.size .*; scoring\.meanOfLast /);
  });

  it('refuse an unknown preset', () => {
    expect(() => resolveMethod('best' as 'default')).toThrow('no preset "best", only skoda-2020, default');
  });
});

describe('the plans of a method', () => {
  const method = resolveMethod('default');

  it('name quotas by class index', () => {
    expect(queryPlanOf(method)).toEqual({
      classes: method.classes,
      size: 100,
      quotas: { 2: 10 },
      clusters: 10,
      random: 0,
      auditSize: 50,
    });
  });

  it('keep shard summaries small', () => {
    expect(summaryLimitsFor(queryPlanOf(method))).toEqual({ uncertain: 260, perClass: 60, positives: 50, random: 0 });
  });

  it('end with an audit alone', () => {
    expect(finalAuditPlanOf(resolveMethod('skoda-2020'))).toMatchObject({
      size: 0,
      auditSize: 100,
      auditPerClass: true,
    });
    expect(finalAuditPlanOf(method)).toMatchObject({ size: 0, auditSize: 400, auditPerClass: false });
  });

  it('stop by the limits that are set', () => {
    const campaign = { iterations: 20, labels: 10_000, estimate: null };
    expect(stoppingRuleOf(method)(campaign).stop).toBe(true);
    const endless = resolveMethod('default', { stopping: { maxIterations: null } });
    expect(stoppingRuleOf(endless)(campaign).stop).toBe(false);
  });
});

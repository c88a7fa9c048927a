import { resolveMethod, type MethodOverrides } from '@spectrawl/active-learning';
import type { CampaignRow, IterationRow } from '../src/campaign.repository.ts';

const START = new Date('2026-11-22T12:00:00Z');

/** A running campaign of the default method. */
export function campaignRow(values: Partial<CampaignRow> = {}, method: MethodOverrides = {}): CampaignRow {
  return {
    campaign_id: 'demo',
    request_id: 'request',
    state: 'running',
    pool_id: 'survey',
    seed_pool_ids: ['seed'],
    preset: 'default',
    method: resolveMethod('default', method),
    seed: '9007199254740991',
    current_iteration: 0,
    stop_requested: false,
    stop_reason: '',
    problem: '',
    catalogue: null,
    create_time: START,
    end_time: null,
    revision: 1,
    ...values,
  };
}

/** A loop iteration in training. */
export function iterationRow(values: Partial<IterationRow> = {}): IterationRow {
  return {
    campaign_id: 'demo',
    number: 0,
    kind: 'loop',
    step: 'training',
    label_position: 10,
    labels_spent: 0,
    plan_key: 'campaigns/demo/iterations/0/plan.json',
    model_id: '',
    scoring_run_id: '',
    batch_key: '',
    class_counts: [],
    histogram_by_class: [],
    queries: 0,
    audits: 0,
    estimate: null,
    start_time: START,
    trained_time: null,
    scored_time: null,
    asked_time: null,
    end_time: null,
    traceparent: '',
    revision: 1,
    ...values,
  };
}

/** A time some seconds after the iteration began. */
export const after = (seconds: number): Date => new Date(START.getTime() + 1000 * seconds);

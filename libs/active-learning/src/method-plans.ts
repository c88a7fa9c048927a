import type { CampaignMethod } from './campaign-method.ts';
import type { QueryPlan } from './query-batch.ts';
import { anyOf, errorCertified, iterationLimit, labelLimit, notBefore } from './stopping-rules.ts';
import type { StoppingRule } from './stopping-rules.ts';

/** The plan of an iteration's batch. */
export function queryPlanOf({ classes, query, audit }: CampaignMethod): QueryPlan {
  const quotas = Object.entries(query.quotas).map(([name, quota]) => [classes.indexOf(name), quota]);
  return {
    classes,
    size: query.size,
    quotas: Object.fromEntries(quotas) as Record<number, number>,
    clusters: query.clusters,
    random: query.random,
    auditSize: audit.size,
  };
}

/** The plan of the last audit, after the loop and the final training: nothing is asked about but the audit. */
export function finalAuditPlanOf({ classes, audit }: CampaignMethod): QueryPlan {
  return { classes, size: 0, auditSize: audit.finalSize, auditPerClass: audit.finalPerClass };
}

/** The campaign's stopping rule: its error certified after its least iterations, or out of iterations or labels. */
export function stoppingRuleOf({
  stopping: { minIterations, maxIterations, maxLabels },
}: CampaignMethod): StoppingRule {
  const limits = [
    ...(maxIterations === null ? [] : [iterationLimit(maxIterations)]),
    ...(maxLabels === null ? [] : [labelLimit(maxLabels)]),
  ];
  return anyOf([notBefore(minIterations, errorCertified), ...limits]);
}

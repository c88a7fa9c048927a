import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { repositoryRoot } from '@spectrawl/testing';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

// What the chart's dashboards and alerts ask Prometheus: read by Prometheus' own grammar, and compared with what the services show.

interface Rule {
  alert: string;
  expr: string;
}

interface Manifest {
  kind: string;
  metadata: { labels: Record<string, string> };
  data?: Record<string, string>;
  spec?: { groups: { rules: Rule[] }[] };
}

interface Dashboard {
  title: string;
  panels: { title: string; type: string; targets?: { expr: string }[] }[];
}

const golden = readFileSync(`${repositoryRoot}helm/spectrawl/golden/external.yaml`, 'utf8');
const manifests = parseAllDocuments(golden).flatMap((document) => (document.toJS() as Manifest | null) ?? []);
const rules = manifests
  .filter(({ kind }) => kind === 'PrometheusRule')
  .flatMap(({ spec }) => spec!.groups.flatMap((group) => group.rules));
const dashboards = manifests
  .filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.labels['grafana_dashboard'] === '1')
  .flatMap(({ data }) => Object.values(data!).map((json) => JSON.parse(json) as Dashboard));

const queries = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...dashboards.flatMap(({ title, panels }) =>
    panels.flatMap((panel) =>
      (panel.targets ?? []).map(
        ({ expr }) => [`${title}: ${panel.title}`, expr.replaceAll('$__rate_interval', '5m')] as const,
      ),
    ),
  ),
];

/** The metrics and the labels that a query names. @throws where it is no PromQL */
function namesIn(query: string): { metrics: string[]; labels: string[] } {
  const metrics: string[] = [];
  const labels: string[] = [];
  parser.parse(query).iterate({
    enter: (node) => {
      if (node.type.isError) throw new SyntaxError(`no PromQL at character ${node.from}: ${query}`);
      if (node.name === 'Identifier' && node.node.parent?.name === 'VectorSelector') {
        metrics.push(query.slice(node.from, node.to));
      }
      if (node.name === 'LabelName') labels.push(query.slice(node.from, node.to));
    },
  });
  return { metrics, labels };
}

/** How OpenTelemetry's metrics are called in Prometheus, https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/ */
const UNITS: Record<string, string> = { s: 'seconds', By: 'bytes' };

function* namesInPrometheus(instrument: string, name: string, unit: string): Iterable<string> {
  const word = UNITS[unit];
  const base = name.replaceAll('.', '_') + (word === undefined ? '' : `_${word}`);
  if (instrument === 'gauge') yield base;
  if (instrument === 'counter') yield `${base}_total`;
  if (instrument === 'histogram') yield* [`${base}_bucket`, `${base}_count`, `${base}_sum`];
}

/** The sources of libs and services, tests left out. */
function sources(): string[] {
  return ['libs', 'services'].flatMap((folder) =>
    readdirSync(join(repositoryRoot, folder), { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile() && /(?<!\.test)\.ts$/.test(file.name))
      .filter(({ parentPath }) => /\/src(\/|$)/.test(parentPath) && !parentPath.includes('node_modules'))
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')),
  );
}

/** Every metric, and every word that may be a label, of the sources. */
function declared(): { metrics: Set<string>; labels: Set<string> } {
  const metrics = new Set<string>();
  const labels = new Set<string>();
  for (const source of sources()) {
    for (const [, instrument, name, rest] of source.matchAll(
      /\b(counter|gauge|histogram)\(\s*['`]([\w.]+?)(?:\$\{percentile\})?['`],([^;]*?unit: '[^']+')/g,
    )) {
      const [, unit] = /unit: '([^']+)'/.exec(rest!)!;
      const percentiles = name!.endsWith('.p') ? ['50', '90', '99'] : [''];
      for (const percentile of percentiles) {
        for (const one of namesInPrometheus(instrument!, name! + percentile, unit!)) metrics.add(one);
      }
    }
    for (const [, word] of source.matchAll(/'([a-z]+(?:[._][a-z]+)+)'/g)) labels.add(word!.replaceAll('.', '_'));
  }
  return { metrics, labels };
}

describe('what Prometheus is asked', () => {
  const known = declared();

  /** Of cert-manager itself. */
  const OTHERS = ['certmanager_certificate_expiration_timestamp_seconds'];
  /** What Prometheus, its operator and cert-manager add. */
  const THEIR_LABELS = ['namespace', 'job', 'pod', 'le', 'name', 'exported_namespace'];

  it.each(queries)('%s: is PromQL on metrics and labels that there are', (_, query) => {
    const { metrics, labels } = namesIn(query);
    expect(metrics.length).toBeGreaterThan(0);
    for (const name of metrics.filter((one) => !OTHERS.includes(one))) expect(known.metrics).toContain(name);
    for (const label of labels.filter((one) => !THEIR_LABELS.includes(one))) expect(known.labels).toContain(label);
  });

  it('covers every panel and rule', () => {
    expect(dashboards.map(({ title }) => title)).toEqual(['Spectrawl: services', 'Spectrawl: campaigns']);
    expect(rules.length).toBeGreaterThan(10);
  });
});

describe('the runbook', () => {
  const runbook = readFileSync(`${repositoryRoot}deploy/RUNBOOK.md`, 'utf8');
  const alerts = parse(readFileSync(`${repositoryRoot}helm/spectrawl/files/alerts/alerts.yaml`, 'utf8')) as Record<
    string,
    Rule[]
  >;
  const names = Object.values(alerts).flatMap((group) => group.map(({ alert }) => alert));

  it('says of every alert what it means, what to look at and what to do', () => {
    const [, section = ''] = runbook.split('# Alerts\n');
    const [told = ''] = section.split(/^# /m);
    const parts = new Map(
      told
        .split(/^## /m)
        .slice(1)
        .map((part) => [part.slice(0, part.indexOf('\n')), part] as const),
    );
    expect([...parts.keys()].toSorted()).toEqual(names.toSorted());
    for (const part of parts.values()) expect(part).toMatch(/\*\*Meaning\.\*\*[^]*\*\*Look at[^]*\*?do\b/i);
  });
});

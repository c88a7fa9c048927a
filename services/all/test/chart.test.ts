import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DescService } from '@bufbuild/protobuf';
import { loadConfig, type ServiceDefinition } from '@spectrawl/runtime';
import { repositoryRoot } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { allServices } from '../src/service.ts';

// `helm/check` keeps golden/ as the chart renders it. Here the services read it: what the chart configures is what they take.
const CHART = `${repositoryRoot}helm/spectrawl/`;

const read = (name: string): string => readFileSync(join(CHART, name), 'utf8');

interface Volume {
  name: string;
  configMap?: { name: string };
  secret?: { secretName: string };
  projected?: {
    sources: {
      secret?: { name: string; items: { path: string }[] };
      configMap?: { name: string; items: { path: string }[] };
      serviceAccountToken?: { path: string };
    }[];
  };
}

interface Deployment {
  kind: 'Deployment';
  metadata: { name: string; labels: Record<string, string> };
  spec: {
    template: {
      spec: {
        containers: [
          {
            env: { name: string; value: string }[];
            volumeMounts: { name: string; mountPath: string }[];
            args?: string[];
          },
        ];
        volumes: Volume[];
      };
    };
  };
}

interface ConfigMap {
  kind: 'ConfigMap';
  metadata: { name: string };
  data: Record<string, string>;
}

type Manifest = Deployment | ConfigMap | { kind: string; metadata: { name: string } };

const rendered = (profile: string): Manifest[] =>
  parseAllDocuments(read(`golden/${profile}`))
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);

/** The files that a volume holds, as far as the manifests tell: all keys of a Secret with a certificate. */
function filesOf({ configMap, secret, projected }: Volume): string[] {
  if (configMap) return ['config.yaml'];
  if (secret) return ['tls.crt', 'tls.key', 'ca.crt'];
  return (projected?.sources ?? []).flatMap((source) => [
    ...(source.serviceAccountToken ? [source.serviceAccountToken.path] : []),
    ...[...(source.secret?.items ?? []), ...(source.configMap?.items ?? [])].map(({ path }) => path),
  ]);
}

/** The files that a service finds in its container. */
function mounted({ spec }: Deployment): Set<string> {
  const [{ volumeMounts }] = spec.template.spec.containers;
  const files = volumeMounts.flatMap(({ name, mountPath }) => {
    const volume = spec.template.spec.volumes.find((one) => one.name === name);
    if (volume === undefined) throw new TypeError(`no volume is called ${name}`);
    return filesOf(volume).map((file) => `${mountPath}/${file}`);
  });
  return new Set(files);
}

/** Every path that a configuration names. */
function* pathsIn(section: unknown): Iterable<string> {
  if (typeof section !== 'object' || section === null) return;
  for (const [key, value] of Object.entries(section)) {
    if (key.endsWith('File') && typeof value === 'string') yield value;
    else yield* pathsIn(value);
  }
}

const definitionOf = (name: string): ServiceDefinition => {
  const definition = allServices.find((service) => service.name === name);
  if (definition === undefined) throw new TypeError(`no service is called ${name}`);
  return definition;
};

describe.each(readdirSync(join(CHART, 'golden')))('the chart, rendered as %s', (profile) => {
  const manifests = rendered(profile);
  const deployments = manifests.filter((manifest): manifest is Deployment => manifest.kind === 'Deployment');
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'spectrawl-chart-'));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it('has a Deployment for each service', () => {
    const components = deployments.map(({ metadata }) => metadata.labels['app.kubernetes.io/component']);
    expect(components.toSorted()).toEqual(allServices.map(({ name }) => name).toSorted());
  });

  it.each(deployments.map((deployment) => [deployment.metadata.labels['app.kubernetes.io/component']!, deployment]))(
    'gives %s a configuration that it takes, and the files which that names',
    (name, deployment) => {
      const map = manifests.find(
        (one): one is ConfigMap => one.kind === 'ConfigMap' && one.metadata.name === deployment.metadata.name,
      );
      let yaml = map?.data['config.yaml'] ?? '';
      const there = mounted(deployment);
      const named = new Set(pathsIn(parse(yaml)));
      for (const path of named) {
        expect(there).toContain(path);
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), 'held by a Secret\n');
      }
      yaml = yaml.replaceAll(/(File: )(\/\S+)/g, (_, key: string, path: string) => key + join(root, path));
      const environment = Object.fromEntries(
        deployment.spec.template.spec.containers[0].env.map((variable) => [variable.name, variable.value]),
      );
      const config = loadConfig([definitionOf(name)], yaml, environment);
      expect(config.authentication.kind).toBe('jwt');
      const holdsSecrets = JSON.stringify(config).includes('held by a Secret');
      expect(holdsSecrets || definitionOf(name).migrations === undefined).toBe(true);
    },
  );
});

describe('what the chart knows of the services', () => {
  interface Facts {
    grpc?: string;
    reads?: string;
    calls?: string[];
    forwards?: string[];
    http?: boolean;
    keepsNothing?: boolean;
    queue?: string;
  }
  const facts = parse(read('files/services.yaml')) as Record<string, Facts>;

  it.each(allServices.map((definition) => [definition.name, definition] as const))(
    'is so of %s',
    (name, definition) => {
      const { grpc, reads, calls = [], forwards = [], http = false, keepsNothing = false, queue } = facts[name]!;
      const words = (services: readonly DescService[]) =>
        services.map(({ typeName }) => typeName.split('.')[1]).toSorted();
      expect(grpc).toBe(definition.grpc[0]?.service.typeName);
      expect(calls).toEqual(words(definition.calls));
      expect(forwards).toEqual(words(definition.forwards ?? []));
      expect(http).toBe(definition.listens !== undefined);
      expect(keepsNothing).toBe(definition.migrations === undefined);
      const methods = definition.grpc.flatMap(({ service }) => service.methods.map((method) => method.name));
      expect(methods).toEqual(expect.arrayContaining([reads].filter((one) => one !== undefined)));
      // Whose pods follow a queue hears nothing else: none of it would wake them up.
      const heard = definition.consumes.map(({ event }) => event.topic);
      expect(heard).toEqual(queue === undefined ? heard : [queue]);
    },
  );

  it('is so of every topic', () => {
    const events = allServices.flatMap(({ produces, consumes }) => [
      ...produces,
      ...consumes.map(({ event }) => event),
    ]);
    expect(parse(read('files/topics.yaml'))).toEqual(
      Object.fromEntries(events.map(({ topic, partitions }) => [topic, partitions])),
    );
  });
});

describe('the values', () => {
  interface Schema {
    $ref?: string;
    type?: string | string[];
    properties?: Record<string, Schema>;
    additionalProperties?: boolean | Schema;
    $defs?: Record<string, Schema>;
  }
  const schema = JSON.parse(read('values.schema.json')) as Schema;

  /** What Kubernetes, or a service, checks itself. */
  const OPEN = ['#/$defs/kubernetes', '#/$defs/workload/properties/config', '#/properties/global'];

  function* openObjects(part: Schema, path: string): Iterable<string> {
    if (part.type === 'object' && part.additionalProperties === undefined) yield path;
    for (const [name, inner] of Object.entries(part)) {
      if (typeof inner === 'object') yield* openObjects(inner as Schema, `${path}/${name}`);
    }
  }

  it('are closed: a key that is misspelt is refused', () => {
    expect([...openObjects(schema, '#')].toSorted()).toEqual(OPEN.toSorted());
  });
});

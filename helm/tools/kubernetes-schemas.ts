// Writes the JSON schemas by which kubeconform checks manifests: of a release of Kubernetes, from the OpenAPI description that its
// Go module carries, and of operators' resources, from the CRDs that theirs carry.
//   node kubernetes-schemas.ts OUTPUT-FOLDER [OPENAPI.json | CRD.yaml]...
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

type Schema = { [key: string]: unknown };

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Both `80` and `http` are ports, both `1` and `500m` are quantities: OpenAPI calls them strings. */
const TEXT_OR_NUMBER = { oneOf: [{ type: 'string' }, { type: 'number' }] };
const DEFINED_OTHERWISE: Record<string, Schema> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': TEXT_OR_NUMBER,
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': TEXT_OR_NUMBER,
};

/** Closes every object of a schema, so that misspelt fields are found: the API server would drop them in silence. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (!isSchema(schema)) return schema;
  if (schema['format'] === 'int-or-string' || schema['x-kubernetes-int-or-string'] === true) return TEXT_OR_NUMBER;
  const result: Schema = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true || 'additionalProperties' in schema;
  if (isSchema(schema['properties']) && !open) result['additionalProperties'] = false;
  return result;
}

/** The file in which kubeconform looks for a kind. */
function fileOf(kind: string, group: string, version: string): string {
  const [word = ''] = group.split('.');
  return `${[kind, word, version].filter((part) => part !== '').join('-')}.json`.toLowerCase();
}

function writeKubernetes(folder: string, openApi: string): void {
  const { definitions } = JSON.parse(openApi) as { definitions: Record<string, Schema> };
  const schemas = Object.entries(definitions).map(([name, schema]) => [
    name,
    DEFINED_OTHERWISE[name] ?? closed(schema),
  ]);
  writeFileSync(join(folder, 'definitions.json'), JSON.stringify({ definitions: Object.fromEntries(schemas) }));
  for (const [name, schema] of Object.entries(definitions)) {
    const kinds = (schema['x-kubernetes-group-version-kind'] ?? []) as {
      kind: string;
      group: string;
      version: string;
    }[];
    for (const { kind, group, version } of kinds) {
      const reference = { $ref: `definitions.json#/definitions/${name}` };
      writeFileSync(join(folder, fileOf(kind, group, version)), JSON.stringify(reference));
    }
  }
}

interface CustomResource {
  kind: string;
  spec: {
    group: string;
    names: { kind: string };
    versions: { name: string; schema: { openAPIV3Schema: Schema } }[];
  };
}

function writeCustomResources(folder: string, yaml: string): void {
  for (const document of parseAllDocuments(yaml)) {
    const resource = document.toJS() as CustomResource | null;
    if (resource?.kind !== 'CustomResourceDefinition') continue;
    const { group, names, versions } = resource.spec;
    for (const { name, schema } of versions) {
      const written = closed(schema.openAPIV3Schema) as { properties: Schema };
      // CRDs leave the metadata to the API server.
      written.properties['metadata'] = { type: 'object' };
      writeFileSync(join(folder, fileOf(names.kind, group, name)), JSON.stringify(written));
    }
  }
}

const [folder, ...sources] = process.argv.slice(2);
if (folder === undefined) throw new TypeError('give the folder for the schemas');
mkdirSync(folder, { recursive: true });
for (const source of sources) {
  const text = readFileSync(source, 'utf8');
  if (source.endsWith('.json')) writeKubernetes(folder, text);
  else writeCustomResources(folder, text);
}

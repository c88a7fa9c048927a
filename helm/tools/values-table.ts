// Keeps the table of values in the chart's README: each value with its default and the comment `# -- …` above it in values.yaml.
//   node values-table.ts            fails where a value has no comment, or the README's table is another
//   node values-table.ts --update   writes the table anew
import { readFileSync, writeFileSync } from 'node:fs';
import { isCollection, isMap, isScalar, parseDocument, type Node, type Pair, type YAMLMap } from 'yaml';

const CHART = new URL('../spectrawl/', import.meta.url);
const BEGIN = '<!-- values: made by helm/check --update -->';
const END = '<!-- end of values -->';

/** A value of the chart. */
interface Value {
  path: string;
  default: string;
  says: string;
}

/** A comment `# -- what it is`, which may go on in the lines below. */
function saidBy(comment: string | null | undefined): string | undefined {
  const [, says] = (comment ?? '').split(/^ ?-- /m);
  return says?.replaceAll(/\s+/g, ' ').trim();
}

function* valuesOf(map: YAMLMap, path: string[]): Iterable<Value> {
  for (const [index, { key, value }] of (map.items as Pair<Node, Node | null>[]).entries()) {
    if (!isScalar(key)) throw new TypeError(`${path.join('.')}: a key is no text`);
    const here = [...path, String(key.value)];
    // The comment above the first key belongs to the map.
    const says = saidBy(key.commentBefore ?? (index === 0 ? map.commentBefore : undefined));
    if (says !== undefined) {
      const written = isCollection(value) || isScalar(value) ? JSON.stringify(value.toJSON()) : 'null';
      yield { path: here.join('.'), default: written, says };
    } else if (isMap(value)) yield* valuesOf(value, here);
    else throw new TypeError(`helm/spectrawl/values.yaml: say above ${here.join('.')} what it is, by a comment # -- …`);
  }
}

/** What services set differently from `defaults` is read there. */
function* documented(map: YAMLMap): Iterable<Value> {
  const described = map.items.filter(({ key }) => !(isScalar(key) && key.value === 'services'));
  const rest = Object.assign(map.clone() as YAMLMap, { items: described });
  yield* valuesOf(rest, []);
}

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);

const document = parseDocument(readFileSync(new URL('values.yaml', CHART), 'utf8'));
const rows = [...documented(document.contents as YAMLMap)].map(
  ({ path, default: written, says }) => `| \`${path}\` | \`${cell(written)}\` | ${cell(says)} |`,
);
const table = [
  BEGIN,
  '',
  '<!-- prettier-ignore -->',
  '| value | default | |',
  '| --- | --- | --- |',
  ...rows,
  '',
  END,
].join('\n');

const place = new URL('README.md', CHART);
const readme = readFileSync(place, 'utf8');
const [before, rest] = readme.split(BEGIN);
const after = rest?.split(END)[1];
if (before === undefined || after === undefined) throw new Error(`helm/spectrawl/README.md lacks ${BEGIN} or ${END}`);
const written = `${before}${table}${after}`;
if (process.argv.includes('--update')) writeFileSync(place, written);
else if (written !== readme)
  throw new Error('helm/spectrawl/README.md: its table of values is old: helm/check --update');

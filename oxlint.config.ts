// The linter's configuration, and with it the architecture's import rules. libs/testing/src/repository/lint.test.ts plants one
// violation of every rule named here and expects the linter to report it: whoever adds a rule adds its violation there.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { defineConfig, type OxlintOverride } from 'oxlint';

/** Which packages a package of each layer may import; a package also has to declare what it imports in its package.json. */
const pure = ['spectra', 'active-learning', 'network', 'pool'];
const contracts = ['contracts'];
const adapters = ['telemetry', 'database', 'object-store', 'event-bus', 'grpc', 'credentials', 'parquet-query'];
const runtime = ['runtime'];
const layers: { packages: string[]; mayImport: string[] }[] = [
  { packages: pure, mayImport: pure },
  { packages: contracts, mayImport: contracts },
  { packages: adapters, mayImport: [...pure, ...contracts, ...adapters] },
  { packages: runtime, mayImport: [...pure, ...contracts, ...adapters] },
  // Leaves: nobody's foundation, so that what tests and the command line need never leaks into a service.
  { packages: ['client', 'testing'], mayImport: [...pure, ...contracts, ...adapters] },
];
const servicesMayImport = [...pure, ...contracts, ...adapters, ...runtime];

/** Each driver belongs to the one lib that wraps it. */
const driverOwners: Record<string, string> = {
  kafkajs: 'event-bus',
  '@aws-sdk': 'object-store',
  pg: 'database',
  '@electric-sql/pglite': 'database',
  kysely: 'database',
  '@tensorflow': 'network',
  '@grpc/grpc-js': 'grpc',
  hyparquet: 'pool',
  'hyparquet-writer': 'pool',
  '@opentelemetry': 'telemetry',
  '@duckdb': 'parquet-query',
};

/** What tests may import besides what their package declares: the root package.json brings it. */
const testTools = ['vitest', 'fast-check', '@spectrawl/testing'];

/** Input and output that a pure lib has no business with, and the libs that are pure to this degree. */
const inputOutput = ['fs', 'net', 'http', 'https', 'http2', 'child_process', 'cluster', 'dgram', 'dns', 'tls'];
const withoutInputOutput = ['spectra', 'active-learning'];

type Pattern = { message: string } & ({ regex: string } | { group: string[] });

const anyOf = (names: string[]): string => `(?:${names.map((name) => name.replace(/[.+]/g, '\\$&')).join('|')})`;
const importing = (names: string[]): string => `^${anyOf(names)}(?:/|$)`;

type Kind = 'libs' | 'services';

/** The packages lying in a folder of workspaces, by their folders' names. */
const packagesIn = (kind: Kind): string[] =>
  readdirSync(new URL(kind, import.meta.url)).filter((name) =>
    existsSync(new URL(`${kind}/${name}/package.json`, import.meta.url)),
  );
const libs = packagesIn('libs');
const services = packagesIn('services');
const drivers = Object.keys(driverOwners);

/** What a package's package.json lets it import, its tests some more. */
function declaredBy(folder: string, test: boolean): string[] {
  const text = readFileSync(new URL(`${folder}/package.json`, import.meta.url), 'utf8');
  const manifest = JSON.parse(text) as {
    name: string;
    dependencies?: Record<string, string>;
    devDependencies?: Record<string, string>;
  };
  const declared = [manifest.name, ...Object.keys(manifest.dependencies ?? {})];
  return test ? [...declared, ...Object.keys(manifest.devDependencies ?? {}), ...testTools] : declared;
}

function importRules(kind: Kind, name: string, test: boolean): Pattern[] {
  const folder = `${kind}/${name}`;
  const own = kind === 'libs' ? name : `${name}-service`;
  const layer = layers.find(({ packages }) => packages.includes(name));
  if (kind === 'libs' && layer === undefined)
    throw new Error(`oxlint.config.ts: give libs/${name} a place in the layers`);
  const mayImport = new Set([...(layer?.mayImport ?? servicesMayImport), own, ...(test ? ['testing'] : [])]);
  const patterns: Pattern[] = [
    {
      regex: importing(libs.filter((lib) => !mayImport.has(lib)).map((lib) => `@spectrawl/${lib}`)),
      message: `${folder} may not import this lib: imports point from services to runtime to adapters to contracts and the pure libs.`,
    },
    {
      regex: '^@spectrawl/[^/]+/',
      message: 'Import a package by its entry: what the entry does not export is nobody else’s.',
    },
    {
      regex: '^(?:\\.\\./)+[^./][^/]*/(?:.*/)?src/',
      message: 'Do not reach into another package by a relative path: import it by its name.',
    },
    {
      regex: importing(drivers.filter((driver) => kind === 'services' || driverOwners[driver] !== name)),
      message: 'This driver has exactly one importer, the lib that wraps it (driverOwners in oxlint.config.ts).',
    },
  ];
  if (folder !== 'services/all')
    patterns.push({
      regex: importing(
        services.filter((service) => service !== name).map((service) => `@spectrawl/${service}-service`),
      ),
      message: 'Only services/all imports services: a service calls another over gRPC, or hears of it by an event.',
    });
  if (kind === 'libs' && name !== 'runtime')
    patterns.push({
      // The certificate library is made of decorators, too.
      regex: importing(['@nestjs', 'rxjs', ...(name === 'credentials' ? [] : ['reflect-metadata'])]),
      message: 'NestJS belongs to libs/runtime and the services.',
    });
  if (!test && withoutInputOutput.includes(name))
    patterns.push({
      regex: importing(inputOutput.map((module) => `node:${module}`)),
      message: 'This lib is pure: it is given bytes and numbers, and opens nothing itself.',
    });
  // The last one: what a group's exceptions let through is not looked at any more.
  patterns.push(declaredOnly(folder, test));
  return patterns;
}

/** Refuses what package.json does not declare. @param but what it does not let through all the same */
function declaredOnly(folder: string, test: boolean, but: readonly string[] = []): Pattern {
  const allowed = ['./**', '../**', '#*', '#*/**', 'node:*', 'node:*/**'];
  const declared = declaredBy(folder, test).flatMap((it) => [it, `${it}/**`]);
  const group = [...allowed, ...declared].filter((it) => !but.some((one) => it === one || it === `${one}/**`));
  return {
    group: ['**', ...group.map((it) => `!${it}`)],
    message: `Declare what you import in ${folder}/package.json (and write Node’s own modules node:fs).`,
  };
}

const hiddenImport = {
  name: 'node:module',
  importNames: ['createRequire'],
  message: 'A require hides what is imported from these rules.',
};

/** The page of the workbench, whose packages Vite bundles: for the service they are tools. */
const PAGE = 'services/workbench/page';
const pageMayImport = [...contracts, ...pure];

function pageRules(test: boolean): Pattern[] {
  return [
    {
      regex: importing(
        libs
          .filter((lib) => ![...pageMayImport, ...(test ? ['testing'] : [])].includes(lib))
          .map((lib) => `@spectrawl/${lib}`),
      ),
      message: 'The page runs in browsers: of the libs it imports the contracts and the pure ones.',
    },
    {
      regex: '^(?:\\.\\./)+src/',
      message: 'The page runs in browsers: what the service has to tell it goes over the wire.',
    },
    declaredOnly('services/workbench', true, test ? [] : [...testTools, 'node:*']),
  ];
}

const testFiles = (folder: string): string[] => [
  `${folder}/src/**/*.test.ts`,
  `${folder}/src/**/testing/**/*.ts`,
  `${folder}/test/**/*.ts`,
  `${folder}/bench/**/*.ts`,
  `${folder}/*.config.ts`,
];

function packageOverrides(kind: Kind, name: string): OxlintOverride[] {
  const folder = `${kind}/${name}`;
  // TensorFlow's package for Node is CommonJS.
  const paths = folder === 'libs/network' ? [] : [hiddenImport];
  return [
    {
      files: [`${folder}/**/*.ts`],
      rules: { 'no-restricted-imports': ['error', { paths, patterns: importRules(kind, name, false) }] },
    },
    {
      files: testFiles(folder),
      rules: { 'no-restricted-imports': ['error', { paths, patterns: importRules(kind, name, true) }] },
    },
  ];
}

/** A domain file is given its clock and its seed; else a campaign could not be replayed. */
const impure = [
  { object: 'Math', property: 'random', message: 'Take a seed as an argument: results must be replayable.' },
  { object: 'Date', property: 'now', message: 'Take the time as an argument: results must be replayable.' },
  { object: 'performance', property: 'now', message: 'Take the time as an argument: results must be replayable.' },
];

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'vitest', 'react', 'jsx-a11y'],
  categories: { correctness: 'error' },
  options: { typeAware: true, reportUnusedDisableDirectives: 'error', denyWarnings: true },
  ignorePatterns: ['node_modules', '**/dist/**', '**/gen/**', '.build/**', 'var/**', '**/*.d.ts'],
  rules: {
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'no-var': 'error',
    'prefer-const': 'error',
    'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'all' }],
    // A drawing is no <img>, and what lives is no <output>.
    'jsx-a11y/prefer-tag-over-role': 'off',
    // The one question of a view is where one begins to write.
    'jsx-a11y/no-autofocus': 'off',
    'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'anywhere' }],
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    // Arrays of a known length are what numeric code is made of.
    'unicorn/no-new-array': 'off',
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    'typescript/no-explicit-any': 'error',
    'typescript/consistent-type-imports': [
      'error',
      { prefer: 'type-imports', fixStyle: 'separate-type-imports', disallowTypeAnnotations: false },
    ],
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/no-require-imports': 'error',
    'typescript/only-throw-error': ['error', { allowThrowingUnknown: true }],
    // Messages name values that were wrong, whatever they are; no-base-to-string still refuses [object Object].
    'typescript/restrict-template-expressions': 'off',
    // Kysely's expression builders are meant to be taken apart: ({ eb, and }) => …
    'typescript/unbound-method': 'off',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/return-await': ['error', 'error-handling-correctness-only'],
    'vitest/no-disabled-tests': 'error',
    'vitest/no-focused-tests': 'error',
    'vitest/expect-expect': 'error',
    'vitest/no-restricted-vi-methods': [
      'error',
      { mock: 'Tests use the real thing.', doMock: 'Tests use the real thing.' },
    ],
  },
  overrides: [
    ...libs.flatMap((name) => packageOverrides('libs', name)),
    ...services.flatMap((name) => packageOverrides('services', name)),
    {
      files: [`${PAGE}/**/*.ts`, `${PAGE}/**/*.tsx`],
      rules: {
        'no-restricted-imports': ['error', { patterns: pageRules(false) }],
        'react-hooks/rules-of-hooks': 'error',
        'react-hooks/exhaustive-deps': 'error',
      },
    },
    {
      files: [`${PAGE}/**/*.test.ts`, `${PAGE}/**/*.test.tsx`],
      rules: { 'no-restricted-imports': ['error', { patterns: pageRules(true) }] },
    },
    {
      files: [
        'libs/spectra/src/**/*.ts',
        'libs/active-learning/src/**/*.ts',
        'libs/pool/src/**/*.ts',
        'libs/network/src/**/*.ts',
      ],
      excludeFiles: ['**/*.test.ts'],
      rules: { 'no-restricted-properties': ['error', ...impure] },
    },
    // Tools that are given a file's path look for its default export.
    {
      files: ['*.config.ts', 'services/workbench/test/gallery-page.ts'],
      rules: { 'import/no-default-export': 'off' },
    },
  ],
});

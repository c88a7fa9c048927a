import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { repositoryRoot } from '@spectrawl/testing';
import { describe, expect, it } from 'vitest';

const PAGE = join(repositoryRoot, 'services/workbench/dist/page');

/** bytes, gzipped: what the first view loads before it can show anything; and all views together */
const FIRST_LIMIT = 200_000;
const WHOLE_LIMIT = 400_000;

const gzipped = async (path: string): Promise<number> => gzipSync(await readFile(join(PAGE, path))).length;

describe('the page', () => {
  it('loads little before it shows, and is small as a whole', async () => {
    const html = await readFile(join(PAGE, 'index.html'), 'utf8');
    const first = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, path]) => path!);
    expect(first.length).toBeGreaterThan(1);
    const all = (await readdir(join(PAGE, 'assets'))).filter((name) => /\.(js|css)$/.test(name));
    const sum = async (paths: readonly string[]): Promise<number> =>
      (await Promise.all(paths.map(gzipped))).reduce((total, bytes) => total + bytes, 0);
    expect(await sum(first)).toBeLessThan(FIRST_LIMIT);
    expect(await sum(all.map((name) => `assets/${name}`))).toBeLessThan(WHOLE_LIMIT);
  });

  it('loads nothing from elsewhere', async () => {
    const html = await readFile(join(PAGE, 'index.html'), 'utf8');
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });
});

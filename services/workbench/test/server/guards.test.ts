import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkbenchProcess, type Browser } from './workbench-process.ts';

let workbench: WorkbenchProcess;
let browser: Browser;
beforeAll(async () => {
  workbench = await WorkbenchProcess.start();
  browser = workbench.browser();
  await browser.fetch(await workbench.link());
});
afterAll(() => workbench.end());

describe('requests that other pages made the browser send', () => {
  it.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ origin: 'https://elsewhere.example.org' }],
    [{ origin: 'null' }],
  ])('are refused: %j', async (headers) => {
    const answer = await browser.send('PUT', '/session/name', { name: 'Mallory' }, headers);
    expect(answer.status).toBe(403);
    const rpc = await browser.send('POST', '/rpc/spectrawl.selection.v1.SelectionService/StopCampaign', {}, headers);
    expect(rpc.status).toBe(403);
    expect(await browser.session()).not.toMatchObject({ name: 'Mallory' });
  });

  it('are told from those of the page itself', async () => {
    const headers = { 'sec-fetch-site': 'same-origin', origin: workbench.url };
    expect((await browser.send('PUT', '/session/name', { name: 'Ada' }, headers)).status).toBe(204);
  });

  it('cannot be calls by a form: what forms send is no call', async () => {
    const answer = await browser.fetch('/rpc/spectrawl.selection.v1.SelectionService/ListCampaigns', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'a=b',
    });
    expect(answer.status).toBe(415);
  });
});

describe('the page', () => {
  it('may run its own scripts only, and be framed by nobody', async () => {
    const { headers } = await browser.fetch('/campaigns');
    const policy = Object.fromEntries(
      headers
        .get('content-security-policy')!
        .split(';')
        .map((directive) => directive.trim().split(' '))
        .map(([name, ...sources]) => [name, sources]),
    );
    expect(policy).toMatchObject({
      'default-src': ["'self'"],
      'script-src': ["'self'"],
      'style-src': ["'self'"],
      'object-src': ["'none'"],
      'base-uri': ["'none'"],
      'frame-ancestors': ["'none'"],
    });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('has nothing in it that the policy refuses', async () => {
    const html = await (await browser.fetch('/')).text();
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
  });

  it('answers at the address of every view, is asked for anew, and keeps its assets for ever', async () => {
    const view = await browser.fetch('/campaigns/demo/label/42');
    expect(view.headers.get('content-type')).toContain('text/html');
    expect(view.headers.get('cache-control')).toBe('no-cache');
    const [script] = /\/?assets\/index-[\w-]+\.js/.exec(await view.text())!;
    const asset = await browser.fetch(script!);
    expect(asset.headers.get('cache-control')).toContain('immutable');
  });

  it.each(['/assets/gone.js', '/rpc/nothing', '/session/nothing', '/upload/nothing'])('is not at %s', async (path) => {
    expect((await browser.fetch(path)).status).toBe(404);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WorkbenchProcess } from './workbench-process.ts';

const DAY = 86_400_000;

let workbench: WorkbenchProcess;
beforeEach(async () => {
  workbench = await WorkbenchProcess.start();
});
afterEach(() => workbench.end());

describe('the link of the start', () => {
  it('signs in, and leaves the address at once', async () => {
    const browser = workbench.browser();
    const answer = await browser.fetch(await workbench.link());
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/');
    const [cookie] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^spectrawl-\d+\.0=/);
    for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Path=/']) expect(cookie).toContain(attribute);
    expect(await browser.session()).toEqual({ signedIn: true, signIn: 'link', role: 'operator' });
  });

  it('is the only way in', async () => {
    const browser = workbench.browser();
    const answer = await browser.fetch('/?token=guessed');
    expect(answer.headers.get('location')).toBe('/?link=outdated');
    expect(await browser.session()).toEqual({ signedIn: false, signIn: 'link' });
    expect((await browser.send('PUT', '/session/name', { name: 'Ada' })).status).toBe(401);
    expect((await browser.send('POST', '/session/token', { token: 'a.b.c' })).status).toBe(404);
  });

  it('is another one after each start; sessions last over starts', async () => {
    const browser = workbench.browser();
    const first = await workbench.link();
    await browser.fetch(first);
    await browser.send('PUT', '/session/name', { name: 'Ada' });
    const port = Number(new URL(workbench.url).port);
    await workbench.stop();
    workbench = await workbench.again({ port });
    expect(await workbench.link()).not.toBe(first);
    expect(await browser.session()).toMatchObject({ signedIn: true, name: 'Ada' });
    expect((await workbench.browser().fetch(first)).headers.get('location')).toBe('/?link=outdated');
  });
});

describe('a session', () => {
  it('has a name that its user gives, and ends when they sign out', async () => {
    const browser = workbench.browser();
    await browser.fetch(await workbench.link());
    expect((await browser.send('PUT', '/session/name', { name: ' ' })).status).toBe(400);
    expect((await browser.send('PUT', '/session/name', { name: ' Ada ' })).status).toBe(204);
    expect(await browser.session()).toMatchObject({ name: 'Ada' });
    await browser.fetch('/session', { method: 'DELETE' });
    expect(browser.cookies.size).toBe(0);
    expect(await browser.session()).toMatchObject({ signedIn: false });
  });

  it('ends after thirty days without use, and cannot be made or changed by its holder', async () => {
    const browser = workbench.browser();
    await browser.fetch(await workbench.link());
    const [[name, value]] = [...browser.cookies] as [[string, string]];
    const tampered = `${value.slice(0, -2)}${value.endsWith('AA') ? 'BB' : 'AA'}`;
    for (const wrong of [tampered, 'none', '']) {
      expect(await workbench.browser(new Map([[name, wrong]])).session()).toMatchObject({ signedIn: false });
    }
    workbench.pass(31 * DAY);
    expect(await browser.session()).toMatchObject({ signedIn: false });
  });

  it('is none of the workbench on another port', async () => {
    const other = await WorkbenchProcess.start();
    const browser = workbench.browser();
    await browser.fetch(await workbench.link());
    expect(await other.browser(browser.cookies).session()).toMatchObject({ signedIn: false });
    await other.end();
  });
});

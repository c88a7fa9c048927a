import { Code, ConnectError } from '@connectrpc/connect';
import { SelectionService } from '@spectrawl/contracts';
import type { Caller } from '@spectrawl/grpc';
import { authenticatorOf, loadConfig } from '@spectrawl/runtime';
import { freePorts } from '@spectrawl/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IdentityProviderAtWork } from './identity-provider-at-work.ts';
import { WorkbenchProcess, type Browser } from './workbench-process.ts';

/** seconds that the provider's tokens last */
const TOKEN_SECONDS = 600;

let provider: IdentityProviderAtWork;
let workbench: WorkbenchProcess;
let callers: Caller[];

beforeEach(async () => {
  callers = [];
  const [port] = await freePorts(1);
  const publicUrl = `http://127.0.0.1:${port}`;
  provider = await IdentityProviderAtWork.start(publicUrl, TOKEN_SECONDS);
  const { authentication } = provider;
  workbench = await WorkbenchProcess.start({
    port: port!,
    authentication,
    authenticator: authenticatorOf(loadConfig([], JSON.stringify({ authentication }), {}).authentication)!,
    workbench: () => ({ http: { port, publicUrl }, provider: provider.provider }),
    selection: {
      async getCampaign({ campaignId }, { caller }) {
        callers.push(caller);
        return await Promise.resolve({ campaign: { campaignId } });
      },
      startCampaign: () => Promise.resolve({}),
    },
  });
});
afterEach(async () => {
  await workbench.end();
  await provider.stop();
});

/** Signs a browser in. @returns where it ends up */
async function signIn(
  browser: Browser,
  account: string,
  start = '/session/sign-in?to=/campaigns/demo',
): Promise<string> {
  const back = await provider.signIn(browser, start, account);
  return (await browser.fetch(back)).headers.get('location') ?? '';
}

describe('who signs in at the provider', () => {
  it('comes back to the view where they were, with their name and role', async () => {
    const browser = workbench.browser();
    expect(await browser.session()).toEqual({ signedIn: false, signIn: 'provider' });
    expect(await signIn(browser, 'ada')).toBe('/campaigns/demo');
    expect(await browser.session()).toEqual({ signedIn: true, signIn: 'provider', name: 'ada', role: 'annotator' });
    expect((await browser.send('PUT', '/session/name', { name: 'Grace' })).status).toBe(409);
  });

  it('calls services in their own name, as far as their role goes', async () => {
    const browser = workbench.browser();
    await signIn(browser, 'vera');
    await browser.client(SelectionService).getCampaign({ campaignId: 'demo' });
    expect(callers).toMatchObject([{ subject: 'vera', name: 'vera', role: 'viewer', issuer: provider.issuer }]);
    const start = browser.client(SelectionService).startCampaign({ campaignId: 'demo' });
    const error = await start.then(
      () => undefined,
      (failure: unknown) => ConnectError.from(failure),
    );
    expect(error?.code).toBe(Code.PermissionDenied);
    expect(error?.metadata.get('spectrawl-reason')).toBe('ROLE_TOO_SMALL');
  });

  it('is not let in without a role', async () => {
    const browser = workbench.browser();
    expect(await signIn(browser, 'nobody')).toBe('/?sign-in=refused');
    expect(await browser.session()).toMatchObject({ signedIn: false });
  });

  it('stays signed in when the token ends: a new one is fetched, once for all requests', async () => {
    const browser = workbench.browser();
    await signIn(browser, 'ada');
    const before = browser.cookie;
    workbench.pass((TOKEN_SECONDS - 10) * 1000);
    const sessions = await Promise.all([browser.session(), browser.session(), browser.session()]);
    for (const session of sessions) expect(session).toMatchObject({ signedIn: true, name: 'ada' });
    expect(browser.cookie).not.toBe(before);
    await browser.client(SelectionService).getCampaign({ campaignId: 'demo' });
    expect(callers).toHaveLength(1);
  });

  it('signs out of everything that the tokens could be used for', async () => {
    const browser = workbench.browser();
    await signIn(browser, 'ada');
    const kept = workbench.browser(new Map(browser.cookies));
    expect((await browser.fetch('/session', { method: 'DELETE' })).status).toBe(204);
    expect(await browser.session()).toMatchObject({ signedIn: false });
    workbench.pass((TOKEN_SECONDS - 10) * 1000);
    expect(await kept.session()).toMatchObject({ signedIn: false });
  });
});

describe('whoever tampers', () => {
  it.each([
    ['//evil.example.org/', '/'],
    ['https://evil.example.org/', '/'],
    ['/pools', '/pools'],
  ])('with the view to come back to (%s) comes to %s', async (to, view) => {
    const browser = workbench.browser();
    expect(await signIn(browser, 'ada', `/session/sign-in?to=${encodeURIComponent(to)}`)).toBe(view);
  });

  it('brings another browser back without what it took along, or with another state, and is not let in', async () => {
    const browser = workbench.browser();
    const back = await provider.signIn(browser, '/session/sign-in', 'ada');
    const victim = workbench.browser();
    expect((await victim.fetch(back)).headers.get('location')).toBe('/?sign-in=late');
    const forged = new URL(back);
    forged.searchParams.set('state', 'guessed');
    expect((await browser.fetch(forged.href)).headers.get('location')).toBe('/?sign-in=refused');
    expect(await victim.session()).toMatchObject({ signedIn: false });
  });
});

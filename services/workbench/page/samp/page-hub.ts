import { SampHub } from './samp-hub.ts';

let registered: Promise<SampHub> | undefined;

/** The page's hub: it registers when it first has something to send, so that nobody is asked before, and leaves with the page. */
export async function sampHub(): Promise<SampHub> {
  registered ??= SampHub.register(new AbortController().signal);
  const mine = registered;
  try {
    return await mine;
  } catch (error) {
    if (registered === mine) registered = undefined;
    throw error;
  }
}

/** Forgets a hub that no longer knows the page: it was started anew. */
export function forgetHub(): void {
  registered = undefined;
}

window.addEventListener('pagehide', () => {
  void registered?.then((hub) => hub.unregister()).catch(() => undefined);
  registered = undefined;
});

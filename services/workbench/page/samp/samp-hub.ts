import { decodeAnswer, encodeCall, SampFault, type SampValue } from './xml-rpc.ts';

/** Where the hub listens for pages: SAMP 1.3, section 5.2.1 (https://www.ivoa.net/documents/SAMP/20120411/). */
const HUB = 'http://localhost:21012/';

/** A program that the hub knows. */
export interface Program {
  readonly id: string;
  readonly name: string;
}

/** What is sent: a table, or a spectrum. */
export type MessageKind = 'table.load.votable' | 'table.load.fits' | 'spectrum.load.ssa-generic';

/** Nobody answers where the hub should be. */
export class NoHubError extends Error {
  override readonly name = 'NoHubError';
}

/** The page's connection to a SAMP hub by its Web Profile; the user has agreed to it. */
export class SampHub {
  readonly #key: string;

  private constructor(key: string) {
    this.#key = key;
  }

  /**
   * Registers the page. The hub asks the user whether it may.
   * @throws {NoHubError} where no hub runs, {SampFault} when the user does not agree
   */
  static async register(signal: AbortSignal): Promise<SampHub> {
    const answer = await call('samp.webhub.register', [{ 'samp.name': 'Spectrawl' }], signal);
    const key = typeof answer === 'object' && 'samp.private-key' in answer ? answer['samp.private-key'] : undefined;
    if (typeof key !== 'string') throw new SampFault('the hub registered the page without a key');
    const hub = new SampHub(key);
    await hub.#call('samp.webhub.declareMetadata', [
      {
        'samp.name': 'Spectrawl',
        'samp.description.text': 'Active learning over survey archives of spectra',
        'samp.icon.url': new URL('/icon.svg', window.location.href).href,
      },
    ]);
    return hub;
  }

  /** Who understands a kind of message. */
  async programsFor(kind: MessageKind): Promise<Program[]> {
    const subscribed = await this.#call('samp.webhub.getSubscribedClients', [kind]);
    if (typeof subscribed !== 'object') return [];
    const programs = Object.keys(subscribed).map(async (id) => {
      const metadata = await this.#call('samp.webhub.getMetadata', [id]);
      const name = typeof metadata === 'object' && 'samp.name' in metadata ? metadata['samp.name'] : undefined;
      return { id, name: typeof name === 'string' && name !== '' ? name : id };
    });
    return (await Promise.all(programs)).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Tells a program to load what lies at an address. */
  async send(program: Program, kind: MessageKind, what: { url: string; name: string }): Promise<void> {
    await this.#call('samp.webhub.notify', [
      program.id,
      { 'samp.mtype': kind, 'samp.params': parametersOf(kind, what) },
    ]);
  }

  /** Says farewell, also while the page goes. */
  async unregister(): Promise<void> {
    await this.#call('samp.webhub.unregister', [], { keepalive: true });
  }

  #call(method: string, parameters: readonly SampValue[], options: RequestInit = {}): Promise<SampValue> {
    return call(method, [this.#key, ...parameters], undefined, options);
  }
}

/** The parameters that a kind of message has: https://wiki.ivoa.net/twiki/bin/view/IVOA/SampMTypes. */
function parametersOf(kind: MessageKind, { url, name }: { url: string; name: string }): SampValue {
  if (kind === 'spectrum.load.ssa-generic') {
    return { url, name, 'spectrum-id': url, meta: { 'Access.Format': 'application/x-votable+xml', Title: name } };
  }
  return { url, name, 'table-id': url };
}

async function call(
  method: string,
  parameters: readonly SampValue[],
  signal?: AbortSignal,
  options: RequestInit = {},
): Promise<SampValue> {
  let response: Response;
  try {
    response = await fetch(HUB, {
      ...options,
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body: encodeCall(method, parameters),
      credentials: 'omit',
      ...(signal && { signal }),
    });
  } catch (error) {
    if (error instanceof TypeError) throw new NoHubError('no SAMP hub runs on this computer');
    throw error;
  }
  if (!response.ok) throw new SampFault(`the hub answers ${response.status}`);
  return decodeAnswer(await response.text());
}

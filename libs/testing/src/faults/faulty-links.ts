import { freePorts } from '../servers/native/free-ports.ts';
import type { LinkServer } from '../servers/servers.ts';

/** Towards the client (`downstream`), or towards the server. */
type Direction = 'downstream' | 'upstream';

/** What a link can do to its connections; times in milliseconds, rates in kB/s. */
export type Toxic =
  | { type: 'latency'; latency: number; jitter?: number }
  | { type: 'bandwidth'; rate: number }
  /** Nothing comes through any more; with a timeout other than 0 the connection is closed after it. */
  | { type: 'timeout'; timeout: number }
  /** New connections are reset (TCP RST) so long after their first bytes, 0 for at once; those that are open just end. */
  | { type: 'reset_peer'; timeout: number }
  /** The connection is closed when so many bytes have come through. */
  | { type: 'limit_data'; bytes: number };

/** Toxiproxy did not do what it was told. */
export class FaultyLinkError extends Error {
  override readonly name = 'FaultyLinkError';
}

/** The links of a Toxiproxy: addresses that stand for servers, and that can be made to fail while the servers are well. */
export class FaultyLinks {
  readonly #api: string;

  constructor({ url }: Pick<LinkServer, 'url'>) {
    this.#api = url;
  }

  /** An address for a link that is opened later, because its server has to know it first. */
  async reserve(): Promise<string> {
    return `127.0.0.1:${(await freePorts(1))[0]}`;
  }

  /**
   * Puts a link before a server.
   * @param upstream the server's `host:port`
   * @param listen where the link listens, see {@link reserve}; default a free port
   */
  async open(name: string, upstream: string, listen?: string): Promise<FaultyLink> {
    const address = listen ?? (await this.reserve());
    await this.#call('POST', '/proxies', { name, listen: address, upstream, enabled: true });
    return new FaultyLink(address, (method, path, body) => this.#call(method, `/proxies/${name}${path}`, body));
  }

  async #call(method: string, path: string, body?: object): Promise<void> {
    const answer = await fetch(`${this.#api}${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
    const said = await answer.text();
    if (!answer.ok) throw new FaultyLinkError(`Toxiproxy answers ${method} ${path} by ${answer.status}: ${said}`);
  }
}

/** One address that stands for a server. */
export class FaultyLink {
  /** `host:port` */
  readonly address: string;
  readonly #call: (method: string, path: string, body?: object) => Promise<void>;
  readonly #toxics = new Set<string>();

  constructor(address: string, call: (method: string, path: string, body?: object) => Promise<void>) {
    this.address = address;
    this.#call = call;
  }

  /** Closes every connection and refuses new ones, until {@link mend}. */
  async cut(): Promise<void> {
    await this.#call('POST', '', { enabled: false });
  }

  /** Makes all its connections, those that are open too, suffer from now on, until {@link mend}. */
  async add({ type, ...attributes }: Toxic, direction?: Direction): Promise<void> {
    // Toxiproxy resets the side that a stream comes from.
    const stream = direction ?? (type === 'reset_peer' ? 'upstream' : 'downstream');
    const name = `${type}-${stream}`;
    await this.#call('POST', '/toxics', { name, type, stream, toxicity: 1, attributes });
    this.#toxics.add(name);
  }

  /** Takes every fault away. */
  async mend(): Promise<void> {
    for (const name of this.#toxics) await this.#call('DELETE', `/toxics/${name}`);
    this.#toxics.clear();
    await this.#call('POST', '', { enabled: true });
  }

  /** Closes every connection, once: whoever had one has to make it again. */
  async breakConnections(): Promise<void> {
    await this.cut();
    await this.mend();
  }
}

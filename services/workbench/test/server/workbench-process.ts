import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DescService } from '@bufbuild/protobuf';
import { createClient, type Client, type Interceptor } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { SelectionService } from '@spectrawl/contracts';
import { createServer, type Authenticator, type ServiceHandlers } from '@spectrawl/grpc';
import { loadConfig, runServices } from '@spectrawl/runtime';
import { answersOnly } from '@spectrawl/testing';
import { workbenchService } from '../../src/service.ts';

/** Cookies of a browser, by name. */
type Cookies = Map<string, string>;

export interface WorkbenchOptions {
  /** What the selection service behind it answers. */
  selection?: Partial<ServiceHandlers<typeof SelectionService>>;
  /** Who tells that service's callers apart; absent: it asks nobody. */
  authenticator?: Authenticator;
  /** The section `authentication` of the workbench's own configuration. */
  authentication?: object;
  /** What differs in the section `services.workbench`; `port` is the one on which it listens. */
  workbench?: (port: number) => object;
  port?: number;
}

/** The workbench's server, before a selection service whose answers the test gives. */
export class WorkbenchProcess {
  readonly url: string;
  readonly #folder: string;
  readonly #linkFile: string;
  /** Moves its clock forward. */
  readonly pass: (milliseconds: number) => void;
  readonly stop: () => Promise<void>;

  private constructor(url: string, folder: string, pass: (milliseconds: number) => void, stop: () => Promise<void>) {
    this.url = url;
    this.#folder = folder;
    this.#linkFile = join(folder, 'link');
    this.pass = pass;
    this.stop = stop;
  }

  static async start(options: WorkbenchOptions = {}, folder?: string): Promise<WorkbenchProcess> {
    const place = folder ?? (await mkdtemp(join(tmpdir(), 'spectrawl-workbench-')));
    const {
      selection = {},
      authenticator,
      authentication = { kind: 'none' },
      workbench = () => ({}),
      port = 0,
    } = options;
    const server = createServer({ authenticator });
    server.add(SelectionService, answersOnly(SelectionService, selection));
    const behind = await server.listen('127.0.0.1', 0);
    const section = {
      http: { port },
      linkFile: join(place, 'link'),
      sessionKeyFile: join(place, 'session.key'),
      ...workbench(port),
    };
    const document = {
      grpc: { port: 0 },
      authentication,
      addresses: { selection: `127.0.0.1:${behind}`, training: '127.0.0.1:1' },
      services: { workbench: section },
    };
    let ahead = 0;
    const config = loadConfig([workbenchService], JSON.stringify(document), {});
    const running = await runServices([workbenchService], config, () => new Date(Date.now() + ahead));
    const stop = async (): Promise<void> => {
      await running.stop();
      await server.close(0);
    };
    const url = `http://${running.ownAddresses['workbench']}`;
    return new WorkbenchProcess(url, place, (milliseconds) => (ahead += milliseconds), stop);
  }

  /** Starts another one with the same key and files: what a restart leaves. */
  async again(options: WorkbenchOptions = {}): Promise<WorkbenchProcess> {
    return await WorkbenchProcess.start(options, this.#folder);
  }

  async link(): Promise<string> {
    return (await readFile(this.#linkFile, 'utf8')).trim();
  }

  /** Stops it and forgets its key. */
  async end(): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  browser(cookies: Cookies = new Map()): Browser {
    return new Browser(this.url, cookies);
  }
}

/** Keeps cookies as browsers do, and follows no redirect by itself. */
export class Browser {
  readonly #url: string;
  readonly cookies: Cookies;

  constructor(url: string, cookies: Cookies) {
    this.#url = url;
    this.cookies = cookies;
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('cookie', this.cookie);
    const response = await fetch(new URL(path, this.#url), { redirect: 'manual', ...init, headers });
    for (const text of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      if (/expires=Thu, 01 Jan 1970/i.test(text)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  /** Sends JSON. */
  async send(method: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const init = { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } };
    return await this.fetch(path, init);
  }

  async session(): Promise<Record<string, unknown>> {
    return (await (await this.fetch('/session')).json()) as Record<string, unknown>;
  }

  /** A client of a service through the workbench, as the page has it. */
  client<S extends DescService>(service: S): Client<S> {
    const withCookies: Interceptor = (next) => (request) => {
      request.header.set('cookie', this.cookie);
      return next(request);
    };
    const baseUrl = `${this.#url}/rpc`;
    const interceptors = [withCookies];
    const transport = createConnectTransport({ baseUrl, httpVersion: '1.1', useBinaryFormat: true, interceptors });
    return createClient(service, transport);
  }

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}

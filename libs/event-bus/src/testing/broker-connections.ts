import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** Where Node announces every connection that a client of this process opens. */
const CHANNEL = 'net.client.socket';

/** Ends a connection as the other side's machine does when it does not know it. */
function reset(socket: Socket): void {
  socket.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
}

/** This process's connections to some addresses, to be broken as a network breaks them. */
export class BrokerConnections implements Disposable {
  readonly #open = new Set<Socket>();
  readonly #ports: ReadonlySet<number>;
  #cut = false;
  readonly #onSocket = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    socket.once('connect', () => {
      if (!this.#ports.has(socket.remotePort ?? 0)) return;
      if (this.#cut) reset(socket);
      else this.#open.add(socket);
    });
    socket.once('close', () => this.#open.delete(socket));
  };

  /** @param addresses `host:port` */
  constructor(addresses: readonly string[]) {
    this.#ports = new Set(addresses.map((address) => Number(address.slice(address.lastIndexOf(':') + 1))));
    subscribe(CHANNEL, this.#onSocket);
  }

  /** Breaks all connections; new ones can be made. */
  sever(): void {
    for (const socket of this.#open) reset(socket);
  }

  /** Breaks all connections, and every new one until {@link mend}. */
  cut(): void {
    this.#cut = true;
    this.sever();
  }

  mend(): void {
    this.#cut = false;
  }

  [Symbol.dispose](): void {
    unsubscribe(CHANNEL, this.#onSocket);
  }
}

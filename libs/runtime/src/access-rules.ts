import { isLoopback, isLoopbackAddress } from '@spectrawl/grpc';
import type { z } from 'zod';
import type { Authentication } from './authentication-config.ts';
import type { GrpcConfig } from './grpc-config.ts';
import type { ServiceDefinition } from './service.ts';

/** What decides on who can reach a process. */
interface Reach {
  grpc: GrpcConfig;
  addresses: Readonly<Record<string, string>>;
  authentication: Authentication;
  database: { kind: string };
  objectStore: { kind: string };
  eventBus: { kind: string };
  operations?: { host: string } | undefined;
}

/** What no other process uses; `none` where the services keep nothing. */
const EMBEDDED = ['pglite', 'filesystem', 'embedded', 'none'];

/** Refuses configurations in which strangers could call, or overhear tokens. */
export function checkAccess(services: readonly ServiceDefinition[], config: Reach, context: z.RefinementCtx): void {
  const { grpc, authentication, addresses } = config;
  const refuse = (path: string[], message: string): void => context.addIssue({ code: 'custom', path, message });
  if (authentication.kind === 'none') {
    const servers = [config.database.kind, config.objectStore.kind, config.eventBus.kind].filter(
      (kind) => !EMBEDDED.includes(kind),
    );
    if (servers.length > 0) {
      refuse(['authentication', 'kind'], `with ${servers.join(' and ')} others can call, too: choose jwt`);
    }
    if (!isLoopback(grpc.host)) {
      refuse(
        ['authentication', 'kind'],
        `on ${grpc.host} anybody could call: choose jwt, or listen on 127.0.0.1 (grpc.host)`,
      );
    }
    if (config.operations && !isLoopback(config.operations.host)) {
      refuse(
        ['operations', 'host'],
        `on ${config.operations.host} anybody could read the metrics: choose authentication jwt, or listen on 127.0.0.1`,
      );
    }
    return;
  }
  if (grpc.tls === undefined && !isLoopback(grpc.host)) {
    refuse(
      ['grpc', 'tls'],
      `on ${grpc.host} tokens could be overheard: give certificateFile and keyFile; or "mesh", if a service mesh encrypts`,
    );
  }
  const far = Object.values(addresses).find((address) => !isLoopbackAddress(address));
  if (grpc.tls === undefined && far !== undefined) {
    refuse(
      ['grpc', 'tls'],
      `tokens sent to ${far} could be overheard: give certificateFile and keyFile; or "mesh", if a service mesh encrypts`,
    );
  }
  const calling = services.find(({ calls }) => calls.length > 0);
  if (calling !== undefined && grpc.client.tokenFile === undefined) {
    refuse(['grpc', 'client', 'tokenFile'], `is missing: ${calling.name} calls other services, which ask who it is`);
  }
}

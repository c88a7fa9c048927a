import { z } from 'zod';

const Tls = z.strictObject({
  certificateFile: z.string().min(1),
  keyFile: z.string().min(1),
  /** Authorities of clients' certificates: clients must show one (mutual TLS). */
  clientCaFile: z.string().min(1).optional(),
});

const upTo = (most: number) => z.int().min(1).max(most).optional();
/** Node's timers count no further. */
const Milliseconds = upTo(2_147_483_647);

/** What each limit means and is by default stands with `Limits` of libs/grpc. */
const Limits = z.strictObject({
  maxMessageBytes: upTo(1024 ** 3),
  maxCalls: upTo(1_000_000),
  maxStreams: upTo(1_000_000),
  maxConnectionStreams: upTo(1_000_000),
  keepaliveMilliseconds: Milliseconds,
  maxConnectionAgeMilliseconds: Milliseconds,
  connectionGraceMilliseconds: Milliseconds,
});

/** How calls of other services are made: with which certificates and which token. */
const Client = z
  .strictObject({
    /** Authorities of the other services' certificates; absent means the machine's own. */
    caFile: z.string().min(1).optional(),
    /** Shown where other services demand a certificate. */
    certificateFile: z.string().min(1).optional(),
    keyFile: z.string().min(1).optional(),
    /** The token that says who this process is; read again, so that it can be replaced before it expires. */
    tokenFile: z.string().min(1).optional(),
  })
  .superRefine(({ certificateFile, keyFile }, context) => {
    if ((certificateFile === undefined) === (keyFile === undefined)) return;
    context.addIssue({
      code: 'custom',
      path: ['keyFile'],
      message: 'give both certificateFile and keyFile, or neither',
    });
  });

/** Where the process listens, and how it reaches others. Loopback unless configured. */
export const GrpcSection = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(50_051),
  /**
   * The server's certificate. All services of a deployment speak TLS, or none does. `mesh`: they don't themselves, since a service mesh
   * encrypts what goes between them.
   */
  tls: z.union([Tls, z.literal('mesh')]).optional(),
  limits: Limits.default({}),
  client: Client.default({}),
});

export type GrpcConfig = z.infer<typeof GrpcSection>;

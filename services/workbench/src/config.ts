import { readFileSync } from 'node:fs';
import { isLoopback } from '@spectrawl/grpc';
import { z } from 'zod';

const Tls = z.strictObject({ certificateFile: z.string().min(1), keyFile: z.string().min(1) });

const Http = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1'),
    port: z.int().min(0).max(65_535).default(8_888),
    /**
     * The server's certificate. `elsewhere`: something before it encrypts, a gateway or a service mesh, or nothing leaves the
     * machine, as where a container's port is published on loopback.
     */
    tls: z.union([Tls, z.literal('elsewhere')]).optional(),
    /** Where browsers find it, such as https://spectrawl.example.org; absent: at the address on which it listens. */
    publicUrl: z.url({ protocol: /^https?$/ }).optional(),
  })
  .superRefine(({ host, tls }, context) => {
    if (tls !== undefined || isLoopback(host)) return;
    context.addIssue({
      code: 'custom',
      path: ['tls'],
      message: `on ${host} sessions could be overheard: give certificateFile and keyFile; or "elsewhere", if something else encrypts`,
    });
  });

/** An OpenID provider at which people sign in by the authorization code flow with PKCE (RFC 6749, RFC 7636). */
const Provider = z
  .strictObject({
    /** Its issuer; `<issuer>/.well-known/openid-configuration` says the rest. */
    issuer: z.url({ protocol: /^https?$/ }),
    clientId: z.string().min(1),
    /** Absent: a public client. */
    clientSecret: z.string().min(1).optional(),
    clientSecretFile: z.string().min(1).optional(),
    /** What is asked for, openid among it. offline_access keeps people signed in longer, where the provider gives it. */
    scope: z
      .string()
      .regex(/\bopenid\b/, 'ask for openid, too')
      .default('openid profile'),
    /** The service for which the token is meant (RFC 8707), where the provider asks for it. */
    resource: z.string().min(1).optional(),
    /** Which of its tokens the services are shown: it has to be a JWT that their section `authentication` takes. */
    bearer: z.enum(['access_token', 'id_token']).default('access_token'),
    /** Authorities of its own certificate; absent means the machine's. */
    caFile: z.string().min(1).optional(),
  })
  .transform(({ clientSecretFile, ...provider }, context) => {
    if (clientSecretFile === undefined) return provider;
    if (provider.clientSecret !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['clientSecretFile'],
        message: 'give either clientSecret or clientSecretFile',
      });
    }
    try {
      return { ...provider, clientSecret: readFileSync(clientSecretFile, 'utf8').trim() };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      context.addIssue({ code: 'custom', path: ['clientSecretFile'], message: `cannot be read: ${reason}` });
      return provider;
    }
  });

export type ProviderConfig = z.infer<typeof Provider>;

/** The section `services.workbench` of the configuration. */
export const WorkbenchConfig = z
  .strictObject({
    /** Where browsers find the page. Absent: it is not served. */
    http: Http.optional(),
    /** Where people sign in, if the section `authentication` asks who they are. Absent: they bring a token of their own. */
    provider: Provider.optional(),
    /**
     * File with the key that seals sessions, made at the first start. All replicas share it. Absent: a new key at each start, and
     * everybody signs in again.
     */
    sessionKeyFile: z.string().min(1).optional(),
    /** File into which the link is written by which one signs in, where nobody is asked who they are. */
    linkFile: z.string().min(1).optional(),
    /** How long a session lasts that nobody uses, in seconds. */
    sessionSeconds: z
      .int()
      .min(60)
      .default(30 * 86_400),
  })
  .superRefine(({ http, provider }, context) => {
    if (provider === undefined || http === undefined || http.publicUrl !== undefined) return;
    context.addIssue({
      code: 'custom',
      path: ['http', 'publicUrl'],
      message: 'is missing: the provider sends people back there',
    });
  });

export type WorkbenchConfig = z.infer<typeof WorkbenchConfig>;

import { z } from 'zod';
import { eitherSecretOrFile, readSecretFile } from './secrets.ts';

const Pglite = z.strictObject({ kind: z.literal('pglite'), directory: z.string().min(1) });

const Postgres = z.strictObject({
  kind: z.literal('postgres'),
  url: z.string().optional(),
  urlFile: z.string().optional(),
  password: z.string().optional(),
  passwordFile: z.string().optional(),
  tls: z
    .union([
      z.boolean(),
      z.strictObject({
        caFile: z.string().optional(),
        certificateFile: z.string().optional(),
        keyFile: z.string().optional(),
      }),
    ])
    .default(false),
  maximumConnections: z.int().min(1).max(1_000).optional(),
});

/** Which database holds the state, and how it is reached. What each key means stands with `PostgresConfig` of libs/database. */
export const DatabaseSection = z.discriminatedUnion('kind', [Pglite, Postgres]).transform((section, context) => {
  if (section.kind === 'pglite') return section;
  const { kind, maximumConnections, tls } = section;
  const url = eitherSecretOrFile(section, 'url', context);
  if (url === undefined && section.urlFile === undefined) {
    context.addIssue({ code: 'custom', path: ['url'], message: 'give url or urlFile' });
  }
  const certificates = tls === true ? {} : tls;
  return {
    kind,
    url: url ?? '',
    password: eitherSecretOrFile(section, 'password', context),
    maximumConnections,
    tls: certificates
      ? {
          ca: readSecretFile(certificates, 'caFile', context),
          certificate: readSecretFile(certificates, 'certificateFile', context),
          key: readSecretFile(certificates, 'keyFile', context),
        }
      : undefined,
  };
});

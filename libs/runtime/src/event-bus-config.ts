import { z } from 'zod';
import { eitherSecretOrFile, readSecretFile } from './secrets.ts';

const Embedded = z.strictObject({ kind: z.literal('embedded') });

const Kafka = z.strictObject({
  kind: z.literal('kafka'),
  brokers: z.array(z.string().regex(/^.+:\d+$/, 'give host:port')).min(1),
  clientId: z.string().min(1).optional(),
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
  sasl: z
    .strictObject({
      mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
      username: z.string().min(1),
      password: z.string().optional(),
      passwordFile: z.string().optional(),
    })
    .transform((login, context) => {
      const { mechanism, username } = login;
      const password = eitherSecretOrFile(login, 'password', context);
      if (password === undefined && login.passwordFile === undefined) {
        context.addIssue({ code: 'custom', path: ['password'], message: 'give password or passwordFile' });
      }
      return { mechanism, username, password: password ?? '' };
    })
    .optional(),
  topicPrefix: z
    .string()
    .regex(/^[A-Za-z0-9._-]*$/, 'letters, digits, dots, underscores and dashes only')
    .optional(),
  replicationFactor: z.int().min(1).optional(),
  retention: z.int().min(60_000).optional(),
  sessionTimeout: z.int().min(1_000).optional(),
});

/** Which bus carries the events, and how it is reached. What each key means stands with `KafkaConfig` of libs/event-bus. */
export const EventBusSection = z.discriminatedUnion('kind', [Embedded, Kafka]).transform((section, context) => {
  if (section.kind === 'embedded') return section;
  const certificates = section.tls === true ? {} : section.tls;
  return {
    ...section,
    tls: certificates
      ? {
          ca: readSecretFile(certificates, 'caFile', context),
          certificate: readSecretFile(certificates, 'certificateFile', context),
          key: readSecretFile(certificates, 'keyFile', context),
        }
      : undefined,
  };
});

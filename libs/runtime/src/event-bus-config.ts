import { z } from 'zod';

const Address = z.string().regex(/^.+:\d+$/, 'give host:port');

const Tls = z.union([
  z.boolean(),
  z.strictObject({
    caFile: z.string().optional(),
    certificateFile: z.string().optional(),
    keyFile: z.string().optional(),
  }),
]);

const Login = z
  .strictObject({
    mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
    username: z.string(),
    password: z.string().optional(),
    passwordFile: z.string().optional(),
  })
  .refine(({ password, passwordFile }) => (password === undefined) !== (passwordFile === undefined), {
    error: 'give either password or passwordFile',
  });

/** Which bus carries the events, and how it is reached. What each key means stands with `KafkaConfig` of libs/event-bus. */
export const EventBusSection = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('embedded') }),
  z.strictObject({
    kind: z.literal('kafka'),
    brokers: z.array(Address).min(1),
    clientId: z.string().min(1).optional(),
    ssl: Tls.optional(),
    sasl: Login.optional(),
    topicPrefix: z
      .string()
      .regex(/^[A-Za-z0-9._-]*$/, 'letters, digits, dots, underscores and dashes only')
      .optional(),
    replicationFactor: z.int().min(1).optional(),
    retention: z.int().min(60_000).optional(),
    sessionTimeout: z.int().min(1_000).optional(),
  }),
]);

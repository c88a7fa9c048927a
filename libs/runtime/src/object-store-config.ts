import { z } from 'zod';
import { eitherSecretOrFile } from './secrets.ts';

const Filesystem = z.strictObject({ kind: z.literal('filesystem'), directory: z.string().min(1) });

const S3 = z.strictObject({
  kind: z.literal('s3'),
  bucket: z.string().min(1),
  region: z.string().min(1).default('us-east-1'),
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
  prefix: z.string().optional(),
  forcePathStyle: z.boolean().optional(),
  accessKeyId: z.string().optional(),
  accessKeyIdFile: z.string().optional(),
  secretAccessKey: z.string().optional(),
  secretAccessKeyFile: z.string().optional(),
});

/** Where objects are kept, and how that is reached. What each key means stands with `S3Config` of libs/object-store. */
export const ObjectStoreSection = z.discriminatedUnion('kind', [Filesystem, S3]).transform((section, context) => {
  if (section.kind === 'filesystem') return section;
  const { kind, bucket, region, endpoint, prefix } = section;
  const accessKeyId = eitherSecretOrFile(section, 'accessKeyId', context);
  const secretAccessKey = eitherSecretOrFile(section, 'secretAccessKey', context);
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    context.addIssue({ code: 'custom', message: 'give both accessKeyId and secretAccessKey, or neither' });
  }
  return {
    kind,
    bucket,
    region,
    endpoint,
    prefix,
    // Other servers than Amazon's rarely answer to the bucket's name as a host.
    forcePathStyle: section.forcePathStyle ?? endpoint !== undefined,
    credentials:
      accessKeyId !== undefined && secretAccessKey !== undefined ? { accessKeyId, secretAccessKey } : undefined,
  };
});

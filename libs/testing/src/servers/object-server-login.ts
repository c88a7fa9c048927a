/** How clients of the object server introduce themselves, and the bucket that they find there. */
export const OBJECT_SERVER_LOGIN = {
  region: 'us-east-1',
  bucket: 'spectrawl',
  accessKey: 'spectrawl-tests',
  secretKey: 'not-in-any-log',
} as const;

/** What a SeaweedFS for tests does and does not besides S3: small volumes, none of its other services, no report to its makers. */
export const OBJECT_SERVER_OPTIONS = [
  '-s3',
  '-s3.iam=false',
  '-s3.port.iceberg=0',
  '-s3.port.lance=0',
  '-master.telemetry=false',
  '-master.volumeSizeLimitMB=1024',
  '-volume.max=20',
];

/** The same as SeaweedFS reads it. */
export function objectServerIdentities(): string {
  const { accessKey, secretKey } = OBJECT_SERVER_LOGIN;
  const actions = ['Admin', 'Read', 'Write', 'List', 'Tagging'];
  return JSON.stringify({ identities: [{ name: 'tests', credentials: [{ accessKey, secretKey }], actions }] });
}

/**
 * Makes the bucket, which for SeaweedFS's filer is a folder, and asks whether the S3 side answers.
 * @returns whether both do; a server that is starting does not yet
 */
export async function makeBucket(endpoint: string, filer: string): Promise<boolean> {
  try {
    const made = await fetch(`${filer}/buckets/${OBJECT_SERVER_LOGIN.bucket}/`, { method: 'POST' });
    await made.arrayBuffer();
    // 409: it is there, since an earlier start.
    if (!made.ok && made.status !== 409) return false;
    const answered = await fetch(endpoint);
    await answered.arrayBuffer();
    return answered.status < 500;
  } catch {
    return false;
  }
}

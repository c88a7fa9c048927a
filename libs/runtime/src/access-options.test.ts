import { describe, expect, it } from 'vitest';
import { connectOptions, fromHere } from './access-options.ts';

describe('how a process calls others', () => {
  const client = { caFile: 'ca.pem', tokenFile: 'token' };
  const grpc = { host: '127.0.0.1', port: 0, limits: {} };

  it('is over TLS where it speaks TLS itself, and as it is where a mesh encrypts', () => {
    const tls = { certificateFile: 'server.pem', keyFile: 'server-key.pem' };
    expect(connectOptions({ ...grpc, client, tls }).tls).toMatchObject({ caFile: 'ca.pem' });
    expect(connectOptions({ ...grpc, client, tls: 'mesh' })).toMatchObject({ tls: undefined, encryptedByOthers: true });
    expect(connectOptions({ ...grpc, client: {} })).toMatchObject({ tls: undefined, token: undefined });
  });

  it('is by a name that a certificate can hold, also where it listens everywhere', () => {
    expect(fromHere('0.0.0.0:50051')).toBe('localhost:50051');
    expect(fromHere('[::]:50051')).toBe('localhost:50051');
    expect(fromHere('10.0.0.7:50051')).toBe('10.0.0.7:50051');
  });
});

// `helm test`: asks every service of the release whether it is ready, over HTTP and over gRPC, whether it answers a viewer whose token
// the cluster has made, and whether it turns strangers away.
//   node check.mjs '[{"name": …, "operations": "host:port", "grpc": {"address": "host:port", "service": …, "method": …}}, …]'
// Environment: TOKEN_FILE; TLS_DIRECTORY with tls.crt, tls.key and ca.crt, where the services speak TLS.
import { readFileSync } from 'node:fs';
import { connect, constants } from 'node:http2';

const DEADLINE_MILLISECONDS = 5_000;
// https://grpc.github.io/grpc/core/md_doc_statuscodes.html
const OK = 0;
const UNAUTHENTICATED = 16;
/** HealthCheckResponse with status SERVING, https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
const SERVING = '0801';
/** An empty message, as gRPC frames it: not compressed, no bytes. */
const EMPTY_MESSAGE = Buffer.alloc(5);

const services = JSON.parse(process.argv[2]);
const { TLS_DIRECTORY, TOKEN_FILE } = process.env;
const token = readFileSync(TOKEN_FILE, 'utf8').trim();
const tls = TLS_DIRECTORY ? { ca: read('ca.crt'), cert: read('tls.crt'), key: read('tls.key') } : undefined;

function read(name) {
  return readFileSync(`${TLS_DIRECTORY}/${name}`);
}

async function ready({ operations }) {
  const response = await fetch(`http://${operations}/readyz`, { signal: AbortSignal.timeout(DEADLINE_MILLISECONDS) });
  if (!response.ok) throw new Error(`/readyz answers ${response.status}: ${await response.text()}`);
}

/** Calls an RPC with an empty request. @returns its status and the answer's bytes as hexadecimal digits, without the frame */
function call(address, path, headers) {
  return new Promise((resolve, reject) => {
    const session = connect(`${tls ? 'https' : 'http'}://${address}`, tls);
    const request = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    const end = (settle, value) => {
      session.destroy();
      settle(value);
    };
    const chunks = [];
    let status;
    const note = (headers) => (status ??= headers['grpc-status']);
    session.on('error', (error) => end(reject, error));
    request.on('error', (error) => end(reject, error));
    request.setTimeout(DEADLINE_MILLISECONDS, () => end(reject, new Error(`${path} does not answer`)));
    request.on('response', note);
    request.on('trailers', note);
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const answer = Buffer.concat(chunks).subarray(EMPTY_MESSAGE.length).toString('hex');
      end(resolve, { status: Number(status), answer });
    });
    request.end(EMPTY_MESSAGE);
  });
}

const asViewer = { authorization: `Bearer ${token}` };

async function serves({ grpc }) {
  const { status, answer } = await call(grpc.address, '/grpc.health.v1.Health/Check', asViewer);
  if (status !== OK || answer !== SERVING) throw new Error(`gRPC health: status ${status}, answer ${answer}`);
}

async function answersViewers({ grpc }) {
  const { status } = await call(grpc.address, `/${grpc.service}/${grpc.method}`, asViewer);
  if (status !== OK) throw new Error(`${grpc.method} with a token: status ${status}`);
}

async function refusesStrangers({ grpc }) {
  const { status } = await call(grpc.address, `/${grpc.service}/${grpc.method}`, {});
  if (status !== UNAUTHENTICATED) throw new Error(`${grpc.method} without a token: status ${status}`);
}

let failed = 0;
for (const service of services) {
  const checks = service.grpc ? [ready, serves, answersViewers, refusesStrangers] : [ready];
  for (const check of checks) {
    try {
      await check(service);
      console.log(`passed  ${service.name}  ${check.name}`);
    } catch (error) {
      failed += 1;
      console.log(
        `failed  ${service.name}  ${check.name}: ${error.message}${error.cause ? ` (${error.cause.message})` : ''}`,
      );
    }
  }
}
process.exitCode = failed === 0 ? 0 : 1;

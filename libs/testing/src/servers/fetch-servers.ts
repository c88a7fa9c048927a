// `make test-servers` fetches by this what the servers take, so that it is seen what takes its time.
import { installGrpcurl } from '../grpcurl.ts';
import { ServersUnavailableError } from './servers.ts';
import { realServers } from './start-servers.ts';

try {
  await (await realServers()).prepareLinks();
  await installGrpcurl();
} catch (error) {
  if (!(error instanceof ServersUnavailableError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

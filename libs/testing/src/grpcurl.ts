import { installGoProgram } from './servers/native/install-go-program.ts';
import { runCommand } from './servers/native/run-command.ts';

const GRPCURL = { name: 'grpcurl', version: '1.9.3', main: 'github.com/fullstorydev/grpcurl/cmd/grpcurl' };

/** Builds grpcurl, once. @returns its program @throws {ServersUnavailableError} */
export async function installGrpcurl(): Promise<string> {
  return await installGoProgram(GRPCURL);
}

/**
 * Asks a server what any program may ask that knows nothing of our contracts: by reflection, with the real grpcurl.
 * @param commandLine e.g. `['-plaintext', '127.0.0.1:50051', 'list']`
 * @returns what it printed
 * @throws {CommandError} with what it said, when it fails
 */
export async function grpcurl(commandLine: readonly string[]): Promise<string> {
  return await runCommand(await installGrpcurl(), commandLine);
}

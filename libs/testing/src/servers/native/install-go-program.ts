import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ServersUnavailableError } from '../servers.ts';
import { installOnce } from './install-once.ts';
import { runCommand } from './run-command.ts';

/** A program that Go builds from its module, which Go checks against its checksum database. */
export interface GoProgram {
  /** for people, e.g. `Toxiproxy` */
  name: string;
  /** Of the module, e.g. `1.9.3`, always by its number: what Go takes for the latest may be older. */
  version: string;
  /** The package of its main program, e.g. `github.com/fullstorydev/grpcurl/cmd/grpcurl`. */
  main: string;
}

/** Builds the program unless it was built before. @returns its path @throws {ServersUnavailableError} */
export async function installGoProgram({ name, version, main }: GoProgram): Promise<string> {
  const announcement = `Building ${name} ${version} by Go (half a minute)`;
  const folder = await installOnce(`${name.toLowerCase()}-${version}`, announcement, async (target) => {
    const [modules, cache] = [join(target, 'modules'), join(target, 'cache')];
    const environment = [`GOBIN=${target}`, `GOPATH=${modules}`, `GOCACHE=${cache}`, 'GOFLAGS=-modcacherw'];
    try {
      await runCommand('env', [...environment, 'go', 'install', `${main}@v${version}`]);
    } catch (error) {
      const message = `${name} could not be built by "go install": install Go 1.23 or newer (Debian: apt-get install golang).`;
      throw new ServersUnavailableError(message, { cause: error });
    }
    await Promise.all([modules, cache].map((made) => rm(made, { recursive: true, force: true })));
  });
  return join(folder, basename(main));
}

import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { ServersUnavailableError, type PostgresServer, type ServerOptions } from '../servers.ts';
import { freePorts } from './free-ports.ts';
import { runCommand } from './run-command.ts';
import { serverFolder } from './server-folder.ts';
import { ServerProcess } from './server-process.ts';

/** Older ones are out of maintenance: https://www.postgresql.org/support/versioning/ */
const OLDEST_MAJOR = 14;

const USER = 'test';
const PASSWORD = 'not-in-any-log';

/** For throw-away data: nothing waits for the disk. What was committed survives the server's end, not the machine's. */
const FAST = ['-c', 'fsync=off', '-c', 'full_page_writes=off'];

/** Where PostgreSQL's programs are: Debian's, newest first, then those on the PATH. */
function findPrograms(): string {
  const debian = '/usr/lib/postgresql';
  const majors = existsSync(debian) ? readdirSync(debian).map(Number).filter(Number.isInteger) : [];
  const folders = [
    ...majors
      .filter((major) => major >= OLDEST_MAJOR)
      .sort((a, b) => b - a)
      .map((major) => `${debian}/${major}/bin`),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  const found = folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
  if (found === undefined) {
    throw new ServersUnavailableError(
      `There is no PostgreSQL (${OLDEST_MAJOR} or newer), neither in ${debian} nor on the PATH: install it (Debian: apt-get install postgresql).`,
    );
  }
  return found;
}

/** @returns what `postgres --version` says, e.g. `PostgreSQL 15.14` @throws {ServersUnavailableError} */
export async function postgresVersion(): Promise<string> {
  const said = await runCommand(join(findPrograms(), 'postgres'), ['--version']);
  return `PostgreSQL ${/\d+(?:\.\d+)?/.exec(said)?.[0] ?? said.trim()}`;
}

/** PostgreSQL refuses to run as root: it gets the user of Debian's package, or else nobody. */
async function unprivilegedUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = async (flag: string, user: string) => Number(await runCommand('id', [flag, user]));
  const user = await idOf('-u', 'postgres').then(
    () => 'postgres',
    () => 'nobody',
  );
  return { uid: await idOf('-u', user), gid: await idOf('-g', user) };
}

/** Starts PostgreSQL as a process on a free port of loopback, on the data of its directory or on none in a temporary folder. */
export async function startNativePostgres({ directory }: ServerOptions): Promise<PostgresServer> {
  const programs = findPrograms();
  const user = await unprivilegedUser();
  const folder = await serverFolder('postgres', directory);
  const { path } = folder;
  // The server's user has to reach its data, and it alone.
  await chmod(path, 0o700);
  if (user) await chown(path, user.uid, user.gid);
  const asUser = user ? ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'] : [];
  const run = ([program = '', ...rest]: readonly string[]) => runCommand(program, rest, { cwd: path });
  const data = join(path, 'data');
  try {
    if (folder.isNew) {
      const passwordFile = join(path, 'password');
      await writeFile(passwordFile, `${PASSWORD}\n`, { mode: 0o644 });
      const login = ['-U', USER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
      const plain = ['--encoding=UTF8', '--locale=C', ...(folder.stays ? [] : ['--no-sync'])];
      await run([...asUser, join(programs, 'initdb'), '-D', data, ...login, ...plain]);
    }
    const [port] = (await freePorts(1)) as [number];
    // Its socket's path may be at most 107 characters long.
    const sockets = folder.stays ? '' : path;
    const listen = ['-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${sockets}`];
    const server = await ServerProcess.start({
      name: await postgresVersion(),
      command: [...asUser, join(programs, 'postgres'), '-D', data, ...listen, ...(folder.stays ? [] : FAST)],
      folder: path,
      stays: folder.stays,
      // Its words for ending at once, with and without closing what stays; killed, it would leave its shared memory behind.
      signal: folder.stays ? 'INT' : 'QUIT',
      answers: () =>
        run([join(programs, 'pg_isready'), '-q', '-h', '127.0.0.1', '-p', String(port)]).then(
          () => true,
          () => false,
        ),
    });
    return {
      url: `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres`,
      stop: () => server.stop(),
      restart: () => server.restart(),
    };
  } catch (error) {
    await folder.abandon();
    throw error;
  }
}

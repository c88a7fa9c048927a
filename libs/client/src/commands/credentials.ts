import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ROLES, type Role } from '@spectrawl/grpc';
import { Option, type Command } from 'commander';
import { createOutput } from '../terminal/output.ts';
import { seconds } from '../terminal/option-values.ts';

/** Commands that ask no service: the certificate library is loaded by them alone. */
export function addCredentials(program: Command): void {
  const credentials = program
    .command('credentials')
    .description('certificates and tokens for a trial, where no data centre gives them out');
  credentials
    .command('create')
    .description('make an authority, certificates of a server and a client, and a key that signs tokens')
    .argument('<directory>', 'a new folder; only you can read the files in it')
    .option('--host <name...>', 'a name or address of the servers, besides localhost; may be given several times', [])
    .action(async (directory: string, { host }: { host: string[] }, command: Command) => {
      const { createCredentials, LOCAL_AUDIENCE, LOCAL_ISSUER } = await import('@spectrawl/credentials');
      // Services may run elsewhere than this command.
      const files = await createCredentials(resolve(directory), { hosts: host });
      const { serverCertificateFile, serverKeyFile, caFile, jwksFile } = files;
      outputOf(command).result(
        files,
        `# What the services' configuration needs of it; a token for calls between them is made by
#   spectrawl credentials token ${directory} --role viewer --name services --expires 365d --output TOKEN_FILE
grpc:
  tls: { certificateFile: ${serverCertificateFile}, keyFile: ${serverKeyFile} }
  client: { caFile: ${caFile}, tokenFile: TOKEN_FILE }
authentication:
  kind: jwt
  issuers: [{ issuer: ${LOCAL_ISSUER}, audience: ${LOCAL_AUDIENCE}, jwksFile: ${jwksFile} }]`,
      );
    });
  credentials
    .command('token')
    .description('sign a token: whoever holds it has the role until it expires')
    .argument('<directory>', 'where credentials create has put its files')
    .addOption(new Option('--role <role>', 'what its bearer may do').choices(ROLES).makeOptionMandatory())
    .requiredOption('--name <name>', 'who its bearer is, and the name of an annotator’s labels')
    .option('--expires <time>', 'how long it is good, such as 30m, 12h, 7d', seconds, 12 * 3600)
    .option('--output <file>', 'write it to a new file that only you can read, instead of printing it')
    .action(async (directory: string, options: TokenOptions, command: Command) => {
      const { createToken } = await import('@spectrawl/credentials');
      const { role, name, expires, output: file } = options;
      const token = await createToken(directory, { role, name, seconds: expires });
      const output = outputOf(command);
      if (file === undefined) output.result({ token }, token);
      else {
        await writeFile(file, `${token}\n`, { mode: 0o600, flag: 'wx' });
        output.result({ tokenFile: file }, file);
      }
    });
}

interface TokenOptions {
  role: Role;
  name: string;
  expires: number;
  output?: string;
}

function outputOf(command: Command): ReturnType<typeof createOutput> {
  return createOutput(command.optsWithGlobals<{ json?: boolean }>().json === true);
}

import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Sessions } from './sessions.ts';
import { LentFiles } from './lent-files.ts';

/** Bytes of one file, at most: a table of a hundred thousand rows. */
const MOST_BYTES = 32 * 2 ** 20;

/** Tables and spectra, which no browser takes for a page of the workbench. */
const TYPES = ['application/x-votable+xml', 'application/fits', 'text/csv', 'application/vnd.apache.parquet'];

const Named = z.object({ name: z.string().regex(/^[\w.-]{1,128}$/) });
const Secret = z.object({ secret: z.string(), name: z.string() });

/** `POST /shared/:name` takes a file, `GET /shared/:secret/:name` gives it to whoever has its address. */
@Injectable()
export class LentRoutes {
  readonly #sessions: Sessions;
  readonly #files: LentFiles;

  constructor(@Inject(Sessions) sessions: Sessions, @Inject(LentFiles) files: LentFiles) {
    this.#sessions = sessions;
    this.#files = files;
  }

  async routes(server: FastifyInstance): Promise<void> {
    await server.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser(TYPES, { parseAs: 'buffer', bodyLimit: MOST_BYTES }, (_request, body, done) =>
        done(null, body),
      );
      scope.post('/shared/:name', async (request, reply) => {
        if (!this.#sessions.of(request)) return await reply.code(401).send({ message: 'sign in first' });
        const named = Named.safeParse(request.params);
        if (!named.success || !Buffer.isBuffer(request.body)) {
          return await reply.code(400).send({ message: 'give a file and a name of letters, digits and . _ -' });
        }
        const { name } = named.data;
        const type = request.headers['content-type'] ?? '';
        const secret = this.#files.share({ name, type, bytes: request.body });
        return await reply.code(201).send({ path: `/shared/${secret}/${name}` });
      });
      scope.get('/shared/:secret/:name', async (request, reply) => {
        const { secret, name } = Secret.parse(request.params);
        const file = this.#files.find(secret);
        if (file?.name !== name) {
          return await reply.code(404).send({ message: 'this file is no longer shared: send it again' });
        }
        return await reply
          .type(file.type)
          .header('content-disposition', `attachment; filename="${file.name}"`)
          .header('cache-control', 'no-store')
          .send(file.bytes);
      });
    });
  }
}

import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { toJson } from '@bufbuild/protobuf';
import fastifyMultipart from '@fastify/multipart';
import { Inject, Injectable } from '@nestjs/common';
import { CrossMatchSchema, InferenceService, IngestionService, LabellingService } from '@spectrawl/contracts';
import type { ServiceClient } from '@spectrawl/grpc';
import { clientOf, LOGGER } from '@spectrawl/runtime';
import type { Logger } from '@spectrawl/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { catalogueAsMessages } from './catalogue-upload.ts';
import { BadTable, labelsAsMessages } from './label-file.ts';
import { filesAsMessages, progressLines } from './pool-upload.ts';
import { sendRefusal } from './refusal.ts';
import type { SignedIn } from './session.ts';
import { Sessions } from './sessions.ts';

/** How many files a body holds is the service's to bound: it is read as it comes. */
const WITHOUT_LIMITS = { files: Infinity, parts: Infinity, fileSize: Infinity };

const OfPool = z.object({ pool: z.string().min(1) });
const Files = z.object({ survey: z.string().min(1).default('auto') });
const Labels = z.object({
  annotator: z.string().min(1),
  request: z.string().min(1).max(64),
  id: z.string().min(1).default('id'),
  class: z.string().min(1).default('class'),
});

const OfCampaign = z.object({ campaign: z.string().min(1) });
const Catalogue = z.object({
  name: z.string().min(1),
  file: z.string().default(''),
  /** arc seconds; 0 is the service's own choice */
  radius: z.coerce.number().default(0),
  ra: z.string().default(''),
  dec: z.string().default(''),
  object: z.string().default(''),
});

/** What browsers send in streams: survey files, tables of labels, catalogues. Calls of browsers can't stream, so these are plain HTTP. */
@Injectable()
export class UploadRoutes {
  readonly #sessions: Sessions;
  readonly #ingestion: ServiceClient<typeof IngestionService>;
  readonly #labelling: ServiceClient<typeof LabellingService>;
  readonly #inference: ServiceClient<typeof InferenceService>;
  readonly #log: Logger;

  constructor(
    @Inject(Sessions) sessions: Sessions,
    @Inject(clientOf(IngestionService)) ingestion: ServiceClient<typeof IngestionService>,
    @Inject(clientOf(LabellingService)) labelling: ServiceClient<typeof LabellingService>,
    @Inject(clientOf(InferenceService)) inference: ServiceClient<typeof InferenceService>,
    @Inject(LOGGER) log: Logger,
  ) {
    this.#sessions = sessions;
    this.#ingestion = ingestion;
    this.#labelling = labelling;
    this.#inference = inference;
    this.#log = log;
  }

  /** Adds `POST /upload/pools/:pool`, `POST /upload/labels/:pool` and `POST /upload/catalogues/:campaign`. */
  async routes(server: FastifyInstance): Promise<void> {
    await server.register(async (scope) => {
      await scope.register(fastifyMultipart, { limits: WITHOUT_LIMITS, preservePath: true });
      scope.addContentTypeParser(['text/csv', 'application/octet-stream'], (_request, body, done) => done(null, body));
      scope.post('/upload/pools/:pool', async (request, reply) => await this.#files(request, reply));
      scope.post('/upload/labels/:pool', async (request, reply) => await this.#labels(request, reply));
      scope.post('/upload/catalogues/:campaign', async (request, reply) => await this.#catalogue(request, reply));
    });
  }

  /**
   * Takes survey files into a pool: a multipart body of any number of files, whose names are kept with their folders. Answers with a
   * line of JSON for each message of progress.
   */
  async #files(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const caller = this.#sessions.of(request);
    if (!caller) return await refuse(request, reply, 401, 'nobody is signed in: sign in first');
    if (!request.isMultipart()) return await refuse(request, reply, 400, 'send the files as multipart/form-data');
    const { pool } = OfPool.parse(request.params);
    const { survey } = Files.parse(request.query);
    const messages = filesAsMessages(pool, survey, request.parts({ preservePath: true }));
    const progress = this.#ingestion.ingestFiles(messages, optionsOf(caller, reply))[Symbol.asyncIterator]();
    try {
      const first = await progress.next();
      if (first.done) return await refuse(request, reply, 502, 'the upload ended without an answer: send it again');
      const lines = progressLines(first.value, progress, (error) =>
        this.#log.error({ error, pool }, 'an upload failed'),
      );
      return await reply.type('application/x-ndjson').send(Readable.from(lines));
    } catch (error) {
      await drained(request);
      return await sendRefusal(reply, error);
    }
  }

  /** Imports a CSV table of labels for the spectra of a pool: all of them or none. */
  async #labels(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const caller = this.#sessions.of(request);
    if (!caller) return await refuse(request, reply, 401, 'nobody is signed in: sign in first');
    const { pool } = OfPool.parse(request.params);
    const query = Labels.safeParse(request.query);
    if (!query.success || !(request.body instanceof Readable)) {
      return await refuse(request, reply, 400, 'send a text/csv body, and say annotator and request in the address');
    }
    const { annotator, request: requestId, id, class: className } = query.data;
    const columns = { id, class: className };
    let wrong: BadTable | undefined;
    const messages = noting(
      labelsAsMessages(request.body, { requestId, poolId: pool, annotator, columns }),
      (error) => (wrong = error),
    );
    try {
      const { imported, lastPosition } = await this.#labelling.importLabels(messages, optionsOf(caller, reply));
      return await reply.send({ imported: Number(imported), lastPosition: Number(lastPosition) });
    } catch (error) {
      await drained(request);
      if (wrong)
        return await reply.code(400).send({ message: wrong.message, reason: 'BAD_UPLOAD', service: 'workbench' });
      return await sendRefusal(reply, error);
    }
  }

  /** Compares a catalogue with what a campaign scored; answers with the cross-match as JSON of its contract. */
  async #catalogue(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const caller = this.#sessions.of(request);
    if (!caller) return await refuse(request, reply, 401, 'nobody is signed in: sign in first');
    const { campaign: campaignId } = OfCampaign.parse(request.params);
    const query = Catalogue.safeParse(request.query);
    if (!query.success || !(request.body instanceof Readable)) {
      return await refuse(request, reply, 400, 'send an application/octet-stream body, and say name in the address');
    }
    const { name, file: fileName, radius, ra: raColumn, dec: decColumn, object: nameColumn } = query.data;
    const catalogue = { campaignId, name, fileName, radius, raColumn, decColumn, nameColumn };
    const messages = catalogueAsMessages(catalogue, request.body as AsyncIterable<Uint8Array>);
    try {
      const { crossMatch } = await this.#inference.crossMatchCatalogue(messages, optionsOf(caller, reply));
      return await reply.send(crossMatch ? toJson(CrossMatchSchema, crossMatch) : {});
    } catch (error) {
      await drained(request);
      return await sendRefusal(reply, error);
    }
  }
}

/** The call is made in the caller's name, and given up when the browser leaves. */
function optionsOf({ token }: SignedIn, reply: FastifyReply) {
  const left = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) left.abort();
  });
  return { signal: left.signal, ...(token !== undefined && { token }) };
}

/** A browser reads the answer only once it has sent everything: what is not wanted any more is read and dropped. */
async function drained({ raw }: FastifyRequest): Promise<void> {
  raw.unpipe();
  raw.resume();
  await finished(raw).catch(() => undefined);
}

async function refuse(request: FastifyRequest, reply: FastifyReply, code: number, message: string) {
  await drained(request);
  return await reply.code(code).send({ message, service: 'workbench' });
}

/** Passes everything on, and notes what was wrong with the table: the call reports only that it was cut. */
async function* noting<T>(messages: AsyncIterable<T>, note: (error: BadTable) => void): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (error) {
    if (error instanceof BadTable) note(error);
    throw error;
  }
}

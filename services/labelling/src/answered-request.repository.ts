import { createHash } from 'node:crypto';
import { fromBinary, toBinary, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import type { Kysely } from '@spectrawl/database';
import { ServiceError } from '@spectrawl/grpc';
import { REQUEST_ID, requireText } from './request-text.ts';
import type { LabellingTables } from './tables.ts';

/** A request that may be sent again, and shall have its effect once. */
export interface RepeatableRequest {
  id: string;
  rpc: string;
  /** of all that it asks */
  hash: string;
}

/**
 * @param field where `id` stands in the request
 * @param content all that the request asks
 * @throws {ServiceError} BAD_REQUEST when the id is empty or too long
 */
export function repeatableRequest<Desc extends DescMessage>(
  rpc: string,
  field: string,
  id: string,
  schema: Desc,
  content: MessageShape<Desc>,
): RepeatableRequest {
  const hash = createHash('sha256').update(toBinary(schema, content)).digest('hex');
  return { id: requireText(field, id, REQUEST_ID), rpc, hash };
}

/** The answer that the request had, if it had one. @throws {ServiceError} BAD_REQUEST when the id was another request's */
export async function findAnswer<Desc extends DescMessage>(
  db: Kysely<LabellingTables>,
  request: RepeatableRequest,
  schema: Desc,
): Promise<MessageShape<Desc> | undefined> {
  const row = await db
    .selectFrom('answered_request')
    .selectAll()
    .where('request_id', '=', request.id)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.rpc !== request.rpc || row.request_hash !== request.hash || row.response === null) {
    throw new ServiceError(
      'BAD_REQUEST',
      `request_id "${request.id}" was used for another ${row.rpc} request: give every intent an id of its own`,
    );
  }
  return fromBinary(schema, row.response);
}

/**
 * Answers a request, or gives the answer that it had when it came before. The first statement of its transaction: of two that
 * come at once the second one waits here until the first has committed.
 */
export async function answerOnce<Desc extends DescMessage>(
  tx: Kysely<LabellingTables>,
  request: RepeatableRequest,
  schema: Desc,
  answer: () => Promise<MessageShape<Desc>>,
): Promise<MessageShape<Desc>> {
  const { id, rpc, hash } = request;
  const claim = await tx
    .insertInto('answered_request')
    .values({ request_id: id, rpc, request_hash: hash, response: null })
    .onConflict((conflict) => conflict.column('request_id').doNothing())
    .returning('request_id')
    .executeTakeFirst();
  if (claim === undefined) {
    const earlier = await findAnswer(tx, request, schema);
    if (earlier !== undefined) return earlier;
  }
  const response = await answer();
  await tx
    .updateTable('answered_request')
    .set({ response: toBinary(schema, response) })
    .where('request_id', '=', id)
    .execute();
  return response;
}

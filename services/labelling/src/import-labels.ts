import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import {
  ImportLabelsRequest_OpenSchema,
  ImportLabelsResponseSchema,
  type ImportLabelsRequest,
  type ImportLabelsRequest_Open,
  type ImportLabelsRequest_Row,
  type ImportLabelsResponse,
} from '@spectrawl/contracts';
import type { ServiceDatabase } from '@spectrawl/database';
import { ServiceError } from '@spectrawl/grpc';
import { CLOCK, CONFIG, DATABASE, type Clock } from '@spectrawl/runtime';
import { answerOnce, findAnswer, repeatableRequest, type RepeatableRequest } from './answered-request.repository.ts';
import type { LabellingConfig } from './config.ts';
import {
  addRows,
  appendImport,
  closeImport,
  findContradiction,
  openImport,
  type ImportedRow,
} from './label-import.repository.ts';
import { holdLog } from './label.repository.ts';
import { ANNOTATOR_NAME, CLASS_NAME, ID, requireText } from './request-text.ts';
import type { LabellingTables } from './tables.ts';

/** As the contract has it. */
const ROWS_A_MESSAGE = 1000;

/**
 * Imports labels made elsewhere, all or nothing. Rows are laid aside as they come, in short statements of their own, because
 * a slow caller must not hold a transaction open; when all have come, one transaction appends them to the log.
 */
@Injectable()
export class ImportLabels {
  constructor(
    @Inject(DATABASE) private readonly database: ServiceDatabase<LabellingTables>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: LabellingConfig,
  ) {}

  /**
   * Whether the spectra exist is not asked: ingestion owns that, and labels may come before their spectra.
   * What had come of an import that is cut off is thrown away.
   * @throws {ServiceError} BAD_REQUEST, naming the row
   */
  async import(requests: AsyncIterable<ImportLabelsRequest>): Promise<ImportLabelsResponse> {
    const importId = randomUUID();
    let opened: { open: ImportLabelsRequest_Open; request: RepeatableRequest } | undefined;
    let rows = 0;
    try {
      for await (const { payload } of requests) {
        if (payload.case === 'open' && opened === undefined) {
          opened = { open: payload.value, request: checkOpen(payload.value) };
          const earlier = await findAnswer(this.database.db, opened.request, ImportLabelsResponseSchema);
          if (earlier !== undefined) return earlier;
          await this.#open(importId);
        } else if (payload.case === 'rows' && opened !== undefined) {
          await addRows(this.database.db, importId, checkRows(payload.value.rows, rows));
          rows += payload.value.rows.length;
        } else {
          throw new ServiceError('BAD_REQUEST', 'an import is one message "open" and then messages "rows"');
        }
      }
      if (opened === undefined || rows === 0)
        throw new ServiceError('BAD_REQUEST', 'the import has no rows: send some');
      await this.#refuseContradiction(importId);
      return await this.#append(importId, opened.open, opened.request);
    } finally {
      await closeImport(this.database.db, importId);
    }
  }

  async #open(importId: string): Promise<void> {
    const now = this.clock();
    const abandonedBefore = new Date(now.getTime() - this.config.abandonedImportSeconds * 1000);
    await openImport(this.database.db, importId, now, abandonedBefore);
  }

  async #refuseContradiction(importId: string): Promise<void> {
    const contradiction = await findContradiction(this.database.db, importId);
    if (contradiction === undefined) return;
    const { spectrumId, first, second } = contradiction;
    throw new ServiceError(
      'BAD_REQUEST',
      `rows ${first.rowNumber} and ${second.rowNumber} contradict each other: spectrum "${spectrumId}" is "${first.class}" in ` +
        `the one and "${second.class}" in the other. Nothing was imported; remove one of them`,
    );
  }

  #append(importId: string, open: ImportLabelsRequest_Open, request: RepeatableRequest): Promise<ImportLabelsResponse> {
    return this.database.transaction(async (tx) => {
      await holdLog(tx);
      return await answerOnce(tx, request, ImportLabelsResponseSchema, async () => {
        const { poolId, annotator } = open;
        const { imported, last } = await appendImport(tx, importId, { poolId, annotator, time: this.clock() });
        return create(ImportLabelsResponseSchema, { imported: BigInt(imported), lastPosition: BigInt(last) });
      });
    });
  }
}

function checkOpen(open: ImportLabelsRequest_Open): RepeatableRequest {
  requireText('open.pool_id', open.poolId, ID);
  requireText('open.annotator', open.annotator, ANNOTATOR_NAME);
  return repeatableRequest('ImportLabels', 'open.request_id', open.requestId, ImportLabelsRequest_OpenSchema, open);
}

function checkRows(rows: readonly ImportLabelsRequest_Row[], before: number): ImportedRow[] {
  if (rows.length > ROWS_A_MESSAGE) {
    throw new ServiceError('BAD_REQUEST', `a message has ${rows.length} rows: send at most ${ROWS_A_MESSAGE} in each`);
  }
  return rows.map((row, i) => {
    const rowNumber = before + i + 1;
    return {
      rowNumber,
      spectrumId: requireText(`spectrum_id of row ${rowNumber}`, row.spectrumId, ID),
      class: requireText(`class of row ${rowNumber}`, row.class, CLASS_NAME),
    };
  });
}

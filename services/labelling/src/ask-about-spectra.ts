import { create } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import {
  AskAboutSpectraRequestSchema,
  AskAboutSpectraResponseSchema,
  AskedSpectrum_Outcome,
  type AskAboutSpectraRequest,
  type AskAboutSpectraResponse,
} from '@spectrawl/contracts';
import type { Kysely, ServiceDatabase } from '@spectrawl/database';
import { ServiceError } from '@spectrawl/grpc';
import { rangedObject, type ObjectStore } from '@spectrawl/object-store';
import { findSpectra, manifestKey, parseManifest, planKey } from '@spectrawl/pool';
import { CONFIG, DATABASE, LOGGER, OBJECT_STORE } from '@spectrawl/runtime';
import { linkCurrentSpan, type Logger } from '@spectrawl/telemetry';
import { answeringAnnotator } from './annotator.ts';
import { answerOnce, findAnswer, repeatableRequest } from './answered-request.repository.ts';
import { findNewestBatch, growBatch, type Batch } from './batch.repository.ts';
import { MOST_SPECTRA, tasksOfChoice } from './choice.ts';
import type { LabellingConfig } from './config.ts';
import { holdLog, lastPosition, listLabels } from './label.repository.ts';
import { progressMessage } from './messages.ts';
import { ID, requireText } from './request-text.ts';
import { readAskingPlan } from './selected-batch.ts';
import { chooseSecondQuestions } from './second-question.ts';
import { insertSecondQuestions } from './second-question.repository.ts';
import { insertTasks, tasksAbout } from './task.repository.ts';
import type { LabellingTables } from './tables.ts';

/** Unknown spectra that an error names; of more it tells the number. */
const MOST_NAMED = 10;

/** Puts spectra that somebody picked out into the open batch, each once. */
@Injectable()
export class AskAboutSpectra {
  constructor(
    @Inject(DATABASE) private readonly database: ServiceDatabase<LabellingTables>,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    @Inject(CONFIG) private readonly config: LabellingConfig,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * The pool's shards and the plan are read before the transaction, which then finds the same batch open, or refuses.
   * @throws {ServiceError} BAD_REQUEST, NO_OPEN_BATCH, SPECTRUM_NOT_FOUND
   */
  async ask(request: AskAboutSpectraRequest): Promise<AskAboutSpectraResponse> {
    const repeatable = repeatableRequest(
      'AskAboutSpectra',
      'request_id',
      request.requestId,
      AskAboutSpectraRequestSchema,
      request,
    );
    const campaignId = requireText('campaign_id', request.campaignId, ID);
    const spectrumIds = spectraOf(request);
    const { name } = answeringAnnotator(request.annotator);
    // Sent again when the batch is over, too.
    const earlier = await findAnswer(this.database.db, repeatable, AskAboutSpectraResponseSchema);
    if (earlier !== undefined) return earlier;

    const { iteration, pool_id: poolId } = await openBatchOf(this.database.db, campaignId);
    await this.#requireInPool(poolId, spectrumIds);
    const { seed } = readAskingPlan(await this.#text(planKey(campaignId, iteration)));
    const response = await this.database.transaction(async (tx) => {
      await holdLog(tx);
      return await answerOnce(tx, repeatable, AskAboutSpectraResponseSchema, async () => {
        const batch = await openBatchOf(tx, campaignId, iteration);
        linkCurrentSpan(batch.traceparent);
        const labelled = await labelledAmong(tx, batch, spectrumIds);
        const asked = await tasksAbout(tx, batch, spectrumIds);
        const taskOf = new Map(asked.map(({ spectrum_id, task_id }) => [spectrum_id, task_id]));
        const fresh = spectrumIds.filter((id) => !taskOf.has(id) && !labelled.has(id));
        const tasks = tasksOfChoice(fresh, batch, name);
        await insertTasks(tx, tasks);
        const { overlap, repeats } = this.config;
        const shares = { overlap: overlap.share, repeat: repeats.share };
        await insertSecondQuestions(tx, chooseSecondQuestions(tasks, seed, shares));
        const newTaskOf = new Map(tasks.map(({ spectrum_id, task_id }) => [spectrum_id, task_id]));
        return create(AskAboutSpectraResponseSchema, {
          spectra: spectrumIds.map((spectrumId) => {
            const newTaskId = newTaskOf.get(spectrumId);
            if (newTaskId !== undefined) {
              return { spectrumId, outcome: AskedSpectrum_Outcome.ASKED, taskId: newTaskId };
            }
            const { ALREADY_LABELLED, ALREADY_ASKED } = AskedSpectrum_Outcome;
            const outcome = labelled.has(spectrumId) ? ALREADY_LABELLED : ALREADY_ASKED;
            return { spectrumId, outcome, taskId: taskOf.get(spectrumId) ?? '' };
          }),
          progress: progressMessage(tasks.length === 0 ? batch : await growBatch(tx, batch, tasks.length)),
        });
      });
    });
    const asked = response.spectra.filter(({ outcome }) => outcome === AskedSpectrum_Outcome.ASKED).length;
    this.log.info({ campaign: campaignId, iteration, asked, of: spectrumIds.length }, 'spectra asked about');
    return response;
  }

  /** @throws {ServiceError} SPECTRUM_NOT_FOUND, naming those that the pool lacks */
  async #requireInPool(poolId: string, spectrumIds: readonly string[]): Promise<void> {
    const manifest = parseManifest(await this.#text(manifestKey(poolId)));
    const found = await findSpectra(manifest, spectrumIds, (key) => rangedObject(this.objects, key));
    const unknown = spectrumIds.filter((id) => !found.has(id));
    if (unknown.length === 0) return;
    const more = unknown.length > MOST_NAMED ? ` and ${unknown.length - MOST_NAMED} more` : '';
    throw new ServiceError(
      'SPECTRUM_NOT_FOUND',
      `pool "${poolId}", which the campaign searches, has no ${unknown.slice(0, MOST_NAMED).join(', ')}${more}: ` +
        'nothing was asked; leave them out',
    );
  }

  async #text(key: string): Promise<string> {
    return new TextDecoder().decode(await this.objects.get(key));
  }
}

/** The spectra that are asked about, each once. @throws {ServiceError} BAD_REQUEST */
function spectraOf({ spectrumIds }: AskAboutSpectraRequest): string[] {
  if (spectrumIds.length < 1 || spectrumIds.length > MOST_SPECTRA) {
    throw new ServiceError(
      'BAD_REQUEST',
      `spectrum_ids names ${spectrumIds.length} spectra: ask about 1 to ${MOST_SPECTRA} at a time`,
    );
  }
  return [...new Set(spectrumIds.map((id) => requireText('spectrum_ids', id, ID)))];
}

/** @param iteration the batch that was open a moment ago @throws {ServiceError} NO_OPEN_BATCH */
async function openBatchOf(db: Kysely<LabellingTables>, campaignId: string, iteration?: number): Promise<Batch> {
  const batch = await findNewestBatch(db, campaignId);
  const isOpen = batch !== undefined && batch.complete_time === null;
  if (isOpen && (iteration === undefined || batch.iteration === iteration)) return batch;
  throw new ServiceError(
    'NO_OPEN_BATCH',
    `campaign "${campaignId}" has no open batch: ask again while one waits for labels, if there comes another`,
  );
}

/** Those of the spectra that have a class, in this campaign or by an import. */
async function labelledAmong(
  tx: Kysely<LabellingTables>,
  { campaign_id: campaignId, pool_id }: Batch,
  spectrumIds: readonly string[],
): Promise<Set<string>> {
  const upTo = await lastPosition(tx);
  const filter = { poolIds: [pool_id], campaignId, upTo, effectiveOnly: true, spectrumIds };
  const labels = await listLabels(tx, filter, 0, upTo);
  return new Set(labels.filter((label) => label.class !== null).map(({ spectrum_id }) => spectrum_id));
}

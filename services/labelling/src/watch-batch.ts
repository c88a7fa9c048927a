import { setTimeout as delay } from 'node:timers/promises';
import { create, equals } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Inject, Injectable } from '@nestjs/common';
import { WatchBatchResponseSchema, type WatchBatchRequest, type WatchBatchResponse } from '@spectrawl/contracts';
import type { ServiceDatabase } from '@spectrawl/database';
import { BoundedStreams, ServiceError, type CallContext } from '@spectrawl/grpc';
import { CLOCK, CONFIG, DATABASE, type Clock } from '@spectrawl/runtime';
import { findNewestBatch } from './batch.repository.ts';
import type { LabellingConfig } from './config.ts';
import { progressMessage } from './messages.ts';
import { listPresent } from './presence.repository.ts';
import { ID, requireText } from './request-text.ts';
import type { LabellingTables } from './tables.ts';

/** Streams that are open at a time, over all campaigns. */
const MOST_WATCHERS = 512;
/** As the contract has it. */
const MOST_PRESENT = 100;
/** Milliseconds for which somebody who answered counts as labelling, as the contract has it. */
const RECENT = 300_000;

/** What all watchers of a campaign see: looked at once for all of them. */
interface Look {
  watchers: number;
  /** as performance.now() has it */
  time: number;
  view: Promise<WatchBatchResponse> | undefined;
}

/**
 * Tells watchers how far the newest batch is and who labels. However many watch, and whichever replica stores the answers, the
 * database is asked once in each watch interval for each campaign that is watched.
 */
@Injectable()
export class WatchBatch {
  readonly #underWay = new BoundedStreams(MOST_WATCHERS, 'watched batches');
  readonly #looks = new Map<string, Look>();

  constructor(
    @Inject(DATABASE) private readonly database: ServiceDatabase<LabellingTables>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: LabellingConfig,
  ) {}

  /**
   * Sends what there is now, then what differs from the message before.
   * @throws {ServiceError} BAD_REQUEST, TOO_MANY_CALLS; STOPPING when the service stops: watch again
   */
  watch(
    { campaignId }: WatchBatchRequest,
    context: Pick<CallContext, 'signal' | 'draining'>,
  ): AsyncIterable<WatchBatchResponse> {
    return this.#underWay.open(this.#changes(requireText('campaign_id', campaignId, ID), context));
  }

  async *#changes(
    campaignId: string,
    { signal: left, draining }: Pick<CallContext, 'signal' | 'draining'>,
  ): AsyncIterable<WatchBatchResponse> {
    const signal = AbortSignal.any([left, draining]);
    const look = this.#looks.get(campaignId) ?? { watchers: 0, time: 0, view: undefined };
    this.#looks.set(campaignId, look);
    look.watchers += 1;
    try {
      let sent: WatchBatchResponse | undefined;
      while (!signal.aborted) {
        const view = await this.#view(campaignId, look);
        if (!sent || !equals(WatchBatchResponseSchema, sent, view)) yield (sent = view);
        await delay(this.config.watchInterval, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      look.watchers -= 1;
      if (look.watchers === 0) this.#looks.delete(campaignId);
    }
    if (draining.aborted) throw new ServiceError('STOPPING', 'the service stops: watch again when it is back');
  }

  /** The newest view that is not older than a watch interval. */
  #view(campaignId: string, look: Look): Promise<WatchBatchResponse> {
    const now = performance.now();
    if (look.view === undefined || now - look.time >= this.config.watchInterval) {
      look.time = now;
      look.view = this.#read(campaignId);
    }
    return look.view;
  }

  async #read(campaignId: string): Promise<WatchBatchResponse> {
    const { db } = this.database;
    const batch = await findNewestBatch(db, campaignId);
    const now = this.clock();
    const since = new Date(now.getTime() - RECENT);
    const times = { now, since, leaseMilliseconds: this.config.leaseSeconds * 1000 };
    const present = await listPresent(db, campaignId, times, MOST_PRESENT);
    return create(WatchBatchResponseSchema, {
      ...(batch && { progress: progressMessage(batch) }),
      present: present.map((one) => ({
        annotator: one.annotator,
        taskId: one.task_id ?? '',
        spectrumId: one.spectrum_id ?? '',
        held: one.held,
        seenTime: timestampFromDate(one.seen_time),
        recentLabels: one.recent_labels,
      })),
    });
  }
}

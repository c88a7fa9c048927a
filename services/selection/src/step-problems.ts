import { Inject, Injectable } from '@nestjs/common';
import type { ScoringDelayed, ScoringFailed } from '@spectrawl/contracts';
import type { Ledger, LedgerTransaction, ReceivedEvent } from '@spectrawl/event-bus';
import { PoolError } from '@spectrawl/pool';
import { isLost, LASTING_AFTER, LEDGER, WAITING_AFTER } from '@spectrawl/runtime';
import { changeCampaign } from './campaign.repository.ts';
import type { Tables } from './tables.ts';
import { WatchCampaign } from './watch-campaign.ts';

/** Shows on a campaign what holds it up. */
@Injectable()
export class StepProblems {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger<Tables>,
    @Inject(WatchCampaign) private readonly watching: WatchCampaign,
  ) {}

  /**
   * Runs a step that an event asks for. A failure that trying again does not mend ends with the campaign failed; one that lasts
   * is shown as what the campaign waits for, until the step succeeds.
   * @param step in words, e.g. `selecting the batch of iteration 3`
   */
  async during(
    { campaignId, step }: { campaignId: string; step: string },
    { eventId, attempt, signal }: ReceivedEvent,
    work: () => Promise<void>,
  ): Promise<void> {
    try {
      await work();
      if (attempt > WAITING_AFTER) await this.#show(campaignId, '');
    } catch (error) {
      if (signal.aborted || !(error instanceof Error)) throw error;
      if (isLasting(error) && attempt >= LASTING_AFTER) {
        await this.ledger.transaction(async (tx) => {
          if (await tx.firstTime(eventId)) await fail(tx, campaignId, `${step} failed: ${error.message}; ${MEND}`);
        });
        this.watching.changed();
        return;
      }
      if (attempt === WAITING_AFTER)
        await this.#show(campaignId, `${step} waits and is tried further: ${error.message}`);
      throw error;
    }
  }

  async scoringFailed({ campaignId, iteration, message }: ScoringFailed, eventId: string): Promise<void> {
    await this.ledger.transaction(async (tx) => {
      if (await tx.firstTime(eventId))
        await fail(tx, campaignId, `scoring of iteration ${iteration} failed: ${message}`);
    });
    this.watching.changed();
  }

  async scoringDelayed({ campaignId, iteration, message }: ScoringDelayed, eventId: string): Promise<void> {
    const problem = message && `scoring of iteration ${iteration} waits and is tried further: ${message}`;
    await this.ledger.transaction(async (tx) => {
      if (await tx.firstTime(eventId)) await show(tx, campaignId, problem);
    });
    this.watching.changed();
  }

  async #show(campaignId: string, problem: string): Promise<void> {
    await this.ledger.transaction((tx) => show(tx, campaignId, problem));
    this.watching.changed();
  }
}

const MEND = 'mend it, then resume the campaign: what is missing of the scores is made anew';

/** Whether an object that the step needs is gone or damaged. */
export function isLasting(error: unknown): error is Error {
  return isLost(error) || error instanceof PoolError;
}

/** Stops a campaign that only a person can help. */
export async function fail({ db }: LedgerTransaction<Tables>, campaignId: string, problem: string): Promise<void> {
  await changeCampaign(db, campaignId, ({ state }) => (state === 'completed' ? {} : { state: 'failed', problem }));
}

async function show({ db }: LedgerTransaction<Tables>, campaignId: string, problem: string): Promise<void> {
  await changeCampaign(db, campaignId, ({ state }) => (state === 'failed' || state === 'completed' ? {} : { problem }));
}

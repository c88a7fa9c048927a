import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { sql, type ServiceDatabase } from '@spectrawl/database';
import { CONFIG, DATABASE, LOGGER } from '@spectrawl/runtime';
import type { Logger } from '@spectrawl/telemetry';
import type { LabellingConfig } from './config.ts';
import type { LabellingTables } from './tables.ts';

/** milliseconds */
const INTERVAL = 3_600_000;

/** Forgets the answers that are kept for retries of requests, once no caller retries any more. */
@Injectable()
export class ForgetRequests implements OnModuleInit, OnModuleDestroy {
  #interval: NodeJS.Timeout | undefined;

  constructor(
    @Inject(DATABASE) private readonly database: ServiceDatabase<LabellingTables>,
    @Inject(CONFIG) private readonly config: Pick<LabellingConfig, 'requestRetentionSeconds'>,
    @Inject(LOGGER) private readonly log: Pick<Logger, 'warn'>,
  ) {}

  onModuleInit(): void {
    this.#interval = setInterval(() => {
      this.forget().catch((error: unknown) => this.log.warn({ error }, 'old answers could not be forgotten'));
    }, INTERVAL).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#interval);
  }

  /** By the database's clock, which has dated them. */
  async forget(): Promise<void> {
    await sql`DELETE FROM answered_request
      WHERE answer_time < now() - make_interval(secs => ${this.config.requestRetentionSeconds})`.execute(
      this.database.db,
    );
  }
}

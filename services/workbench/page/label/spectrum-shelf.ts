import type { Client } from '@connectrpc/connect';
import type { IngestionService, LabellingTask, Spectrum } from '@spectrawl/contracts';
import { failureOf, type Failure } from '../app/failure.ts';
import { curveOf, type SpectrumCurve } from '../plot/spectrum-curve.ts';

/** Milliseconds before a spectrum that could not be loaded is asked for again. */
const RETRY_AFTER = 2_000;

/** What is known of a spectrum. */
export interface ShelvedSpectrum {
  /** Absent until it is loaded. */
  readonly spectrum?: Spectrum;
  readonly curve?: SpectrumCurve;
  /** Why it can't be loaded. */
  readonly failure?: Failure;
}

/** Spectra that are loaded at a time: browsers keep six connections to a server, and the one that is looked at goes first. */
const AT_A_TIME = 3;

type Question = Pick<LabellingTask, 'taskId' | 'poolId' | 'spectrumId'>;

const LOADING: ShelvedSpectrum = {};

/** Spectra of the questions at hand, loaded ahead and ready to be drawn. */
export class SpectrumShelf {
  readonly #shelved = new Map<string, ShelvedSpectrum>();
  /** What is still to be loaded, in order. */
  #waiting: Question[] = [];
  #loading = 0;

  /** @param changed told when a spectrum has come, or could not */
  constructor(
    private readonly ingestion: Pick<Client<typeof IngestionService>, 'getSpectrum'>,
    private readonly over: AbortSignal,
    private readonly changed: () => void,
  ) {}

  get({ taskId }: Question): ShelvedSpectrum {
    return this.#shelved.get(taskId) ?? LOADING;
  }

  /** Loads the spectra of these questions in their order, and forgets those of others. */
  keep(questions: readonly Question[]): void {
    const wanted = new Set(questions.map(({ taskId }) => taskId));
    for (const taskId of this.#shelved.keys()) if (!wanted.has(taskId)) this.#shelved.delete(taskId);
    this.#waiting = questions.filter(({ taskId }) => !this.#shelved.has(taskId));
    this.#loadNext();
  }

  #loadNext(): void {
    while (this.#loading < AT_A_TIME) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#loading += 1;
      this.#shelved.set(next.taskId, LOADING);
      void this.#load(next).finally(() => {
        this.#loading -= 1;
        this.#loadNext();
      });
    }
  }

  async #load({ taskId, poolId, spectrumId }: Question): Promise<void> {
    for (;;) {
      try {
        const { spectrum } = await this.ingestion.getSpectrum({ poolId, spectrumId }, { signal: this.over });
        if (!this.#shelved.has(taskId)) return;
        this.#shelved.set(taskId, spectrum ? { spectrum, curve: curveOf(spectrum) } : LOADING);
        this.changed();
        return;
      } catch (error) {
        const failure = failureOf(error);
        if (this.over.aborted || !this.#shelved.has(taskId)) return;
        this.#shelved.set(taskId, { failure });
        this.changed();
        if (!failure.passing) return;
        await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER));
        if (this.over.aborted || !this.#shelved.has(taskId)) return;
      }
    }
  }
}

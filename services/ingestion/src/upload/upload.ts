import { join } from 'node:path';
import type { PoolRow } from '../pool.repository.ts';
import type { KnownSpectra, SpectrumRepository } from '../spectrum.repository.ts';
import type { ParsedBatch, ParsedInput, ParsedSpectrum, UnusableParsed } from '../parsing/parsed-batch.ts';
import { unusable } from '../parsing/unusable.ts';
import type { CommitUpload } from './commit-upload.ts';
import { fingerprint } from './fingerprint.ts';
import { Gathering, type Refusal } from './gathering.ts';
import type { PoolLease } from './pool-leases.ts';
import { RowBuffer } from './row-buffer.ts';
import { noCounts, type UploadCounts } from './upload-counts.ts';

/** Unusable inputs that wait for a commit at most: a folder of wrong files must not fill the memory. */
const MOST_REFUSALS = 8192;

export interface UploadSettings {
  /** Folder of the upload's own. */
  directory: string;
  shardRows: number;
}

/** What of some inputs the pool has already. */
interface Known extends KnownSpectra {
  /** Fingerprints of inputs in its quarantine. */
  refusals: ReadonlySet<string>;
}

/**
 * An upload under way: each input becomes stored, quarantined or a duplicate, and is counted as that. While one shard is
 * written and committed, the next one is gathered.
 */
export class Upload {
  readonly #pool: PoolRow;
  readonly #lease: PoolLease;
  readonly #index: SpectrumRepository;
  readonly #commits: CommitUpload;
  readonly #settings: UploadSettings;
  #gathering: Gathering;
  /** Is being committed, or was committed last: what was looked up before may lack it. */
  #before: Gathering | undefined;
  #committing: Promise<void> = Promise.resolve();
  #gatherings = 0;
  #untold: UnusableParsed[] = [];
  /** All that came in so far. */
  readonly counts: UploadCounts = noCounts();

  constructor(
    pool: PoolRow,
    lease: PoolLease,
    index: SpectrumRepository,
    commits: CommitUpload,
    settings: UploadSettings,
  ) {
    this.#pool = pool;
    this.#lease = lease;
    this.#index = index;
    this.#commits = commits;
    this.#settings = settings;
    this.#gathering = this.#gather(pool.shard_count);
  }

  get poolId(): string {
    return this.#pool.pool_id;
  }

  /** Sorts out what was parsed, and begins to commit when a shard is full. @throws what an earlier commit threw */
  async take(batch: ParsedBatch): Promise<void> {
    let next = 0;
    while (next < batch.inputs.length) {
      const left = batch.inputs.slice(next);
      const known = await this.#lookUp(left);
      for (const input of left) {
        next++;
        await this.#sort(input, batch, known);
        const { rows, refusals } = this.#gathering;
        if (!rows.full && refusals.size < MOST_REFUSALS) continue;
        await this.#beginCommit();
        // What was looked up may lack the gathering before the one that is committed now.
        break;
      }
    }
  }

  /** Commits all that was taken. */
  async commit(): Promise<void> {
    if (this.#gathering.counts.received > 0) await this.#beginCommit();
    await this.#committing;
  }

  /** Waits for a commit under way; nothing else is kept. */
  async abandon(): Promise<void> {
    await this.#committing.catch(() => undefined);
    await this.#gathering.rows.close();
  }

  /** How many quarantined inputs `tell` has not returned yet. */
  get untold(): number {
    return this.#untold.length;
  }

  /** Newly quarantined inputs, each once, at most so many. */
  tell(most: number): UnusableParsed[] {
    return this.#untold.splice(0, most);
  }

  #gather(shard: number): Gathering {
    const { directory, shardRows } = this.#settings;
    return new Gathering(shard, new RowBuffer(join(directory, `rows-${this.#gatherings++}`), shardRows));
  }

  async #beginCommit(): Promise<void> {
    await this.#committing;
    const { shard, rows } = (this.#before = this.#gathering);
    this.#gathering = this.#gather(rows.rows > 0 ? shard + 1 : shard);
    this.#committing = this.#commits.commit(this.poolId, this.#lease, this.#before);
    // Whoever awaits it next is told.
    this.#committing.catch(() => undefined);
  }

  async #lookUp(inputs: ParsedInput[]): Promise<Known> {
    const spectra = inputs.filter((input) => input.kind === 'spectrum');
    const ids = spectra.map(({ id }) => id);
    const hashes = spectra.map(({ contentHash }) => contentHash);
    const known = await this.#index.known(this.poolId, ids, hashes);
    const seen = new Set<string>();
    const mayBeRefused = inputs.filter((input) => {
      if (input.kind === 'unusable') return true;
      const { id } = input;
      const taken = known.ids.has(id) || this.#hasId(id) || seen.has(id);
      seen.add(id);
      return taken;
    });
    const fingerprints = mayBeRefused.map((input) => refusalOf(input).fingerprint);
    return { ...known, refusals: await this.#index.quarantined(this.poolId, fingerprints) };
  }

  async #sort(input: ParsedInput, batch: ParsedBatch, known: Known): Promise<void> {
    if (input.kind === 'spectrum') {
      const { id, contentHash } = input;
      if (known.hashes.has(contentHash) || this.#hasContent(contentHash)) {
        this.#count('duplicates');
        return;
      }
      if (!known.ids.has(id) && !this.#hasId(id)) {
        await this.#gathering.rows.add(input, batch);
        this.#count('stored');
        return;
      }
    }
    const refusal = refusalOf(input);
    if (known.refusals.has(refusal.fingerprint) || this.#hasRefusal(refusal)) {
      this.#count('duplicates');
      return;
    }
    this.#gathering.refusals.set(refusal.fingerprint, refusal);
    this.#untold.push(refusal);
    this.#count('quarantined');
  }

  #hasId(id: string): boolean {
    return this.#gathering.rows.hasId(id) || this.#before?.rows.hasId(id) === true;
  }

  #hasContent(hash: string): boolean {
    return this.#gathering.rows.hasContent(hash) || this.#before?.rows.hasContent(hash) === true;
  }

  #hasRefusal({ fingerprint: mark }: Refusal): boolean {
    return this.#gathering.refusals.has(mark) || this.#before?.refusals.has(mark) === true;
  }

  #count(as: 'stored' | 'quarantined' | 'duplicates'): void {
    for (const counts of [this.counts, this.#gathering.counts]) {
      counts.received++;
      counts[as]++;
    }
  }
}

/** Why an input is refused: a spectrum because its id is taken. */
function refusalOf(input: ParsedInput): Refusal {
  const why = input.kind === 'unusable' ? input : idTaken(input);
  return { ...why, fingerprint: fingerprint(why) };
}

function idTaken({ id, source, contentHash }: ParsedSpectrum): UnusableParsed {
  const what = `another spectrum of this pool is named "${id}" and has other flux (this one's content is ${contentHash})`;
  return unusable('id-taken', `${source}: ${what}: rename one of them, or put it into another pool`, source);
}

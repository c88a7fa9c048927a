import type { PoolRow } from '../pool.repository.ts';
import type { SpectrumRepository } from '../spectrum.repository.ts';
import type { ParsedBatch, ParsedInput, ParsedSpectrum, UnusableParsed } from '../parsing/parsed-batch.ts';
import { unusable } from '../parsing/unusable.ts';
import type { CommitUpload } from './commit-upload.ts';
import { fingerprint } from './fingerprint.ts';
import type { PoolLease } from './pool-leases.ts';
import { RowBuffer } from './row-buffer.ts';
import { noCounts, type UploadCounts } from './upload-counts.ts';

/** Unusable inputs that wait for a commit at most: a folder of wrong files must not fill the memory. */
const MOST_QUARANTINED = 8192;

export interface UploadSettings {
  /** Folder of the upload's own. */
  directory: string;
  shardRows: number;
}

/** Why an input is refused, and whether it was before. */
interface Refusal extends UnusableParsed {
  fingerprint: string;
  known: boolean;
}

/** An input, and what the pool has of it already. */
interface LookedUp {
  input: ParsedInput;
  /** Of an unusable input, and of a spectrum whose id may prove to be taken. */
  refusal?: Refusal;
  knownContent: boolean;
  knownId: boolean;
}

/** An upload under way: each input becomes stored, quarantined or a duplicate, and is counted as that. */
export class Upload {
  readonly #pool: PoolRow;
  readonly #lease: PoolLease;
  readonly #index: SpectrumRepository;
  readonly #commits: CommitUpload;
  readonly #rows: RowBuffer;
  #shard: number;
  #quarantined: Refusal[] = [];
  #fingerprints = new Set<string>();
  #sinceCommit = noCounts();
  #untold: UnusableParsed[] = [];
  /** All that came in so far. */
  readonly counts: UploadCounts = noCounts();

  constructor(
    pool: PoolRow,
    lease: PoolLease,
    index: SpectrumRepository,
    commits: CommitUpload,
    { directory, shardRows }: UploadSettings,
  ) {
    this.#pool = pool;
    this.#lease = lease;
    this.#index = index;
    this.#commits = commits;
    this.#rows = new RowBuffer(directory, shardRows);
    this.#shard = pool.shard_count;
  }

  get poolId(): string {
    return this.#pool.pool_id;
  }

  /** Sorts out what was parsed, and commits when a shard is full. */
  async take(batch: ParsedBatch): Promise<void> {
    let next = 0;
    while (next < batch.inputs.length) {
      const left = await this.#lookUp(batch.inputs.slice(next));
      for (const input of left) {
        next++;
        await this.#sort(input, batch);
        // A commit makes new inputs known: the rest of the batch is looked up again.
        if (this.#rows.full || this.#quarantined.length >= MOST_QUARANTINED) {
          await this.commit();
          break;
        }
      }
    }
  }

  /** Commits all that was taken. */
  async commit(): Promise<void> {
    if (this.#sinceCommit.received === 0) return;
    const stored = this.#rows.rows > 0;
    await this.#commits.commit({
      poolId: this.#pool.pool_id,
      lease: this.#lease,
      shard: this.#shard,
      rows: this.#rows,
      quarantined: this.#quarantined,
      counts: this.#sinceCommit,
    });
    if (stored) this.#shard++;
    this.#quarantined = [];
    this.#fingerprints = new Set();
    this.#sinceCommit = noCounts();
  }

  /** Forgets what was not committed. */
  async abandon(): Promise<void> {
    await this.#rows.abandon();
  }

  /** How many quarantined inputs `tell` has not returned yet. */
  get untold(): number {
    return this.#untold.length;
  }

  /** Newly quarantined inputs, each once, at most so many. */
  tell(most: number): UnusableParsed[] {
    return this.#untold.splice(0, most);
  }

  /** Finds out what of these inputs the pool has already. */
  async #lookUp(inputs: ParsedBatch['inputs']): Promise<LookedUp[]> {
    const poolId = this.#pool.pool_id;
    const spectra = inputs.filter((input) => input.kind === 'spectrum');
    const ids = spectra.map(({ id }) => id);
    const hashes = spectra.map(({ contentHash }) => contentHash);
    const known = await this.#index.known(poolId, ids, hashes);
    const seen = new Set<string>();
    const looked = inputs.map((input): LookedUp => {
      if (input.kind === 'unusable') return { input, refusal: refusalOf(input), knownContent: false, knownId: false };
      const { id, contentHash } = input;
      const knownId = known.ids.has(id);
      const mayBeTaken = knownId || this.#rows.hasId(id) || seen.has(id);
      seen.add(id);
      const refusal = mayBeTaken ? { refusal: refusalOf(idTaken(input)) } : {};
      return { input, ...refusal, knownContent: known.hashes.has(contentHash), knownId };
    });
    const refusals = looked.flatMap(({ refusal }) => (refusal ? [refusal] : []));
    const quarantined = await this.#index.quarantined(
      poolId,
      refusals.map((refusal) => refusal.fingerprint),
    );
    for (const refusal of refusals) refusal.known = quarantined.has(refusal.fingerprint);
    return looked;
  }

  async #sort({ input, refusal, knownContent, knownId }: LookedUp, batch: ParsedBatch): Promise<void> {
    if (input.kind === 'spectrum') {
      if (knownContent || this.#rows.hasContent(input.contentHash)) {
        this.#count('duplicates');
        return;
      }
      if (!knownId && !this.#rows.hasId(input.id)) {
        await this.#rows.add(input, batch);
        this.#count('stored');
        return;
      }
    }
    if (refusal === undefined || refusal.known || this.#fingerprints.has(refusal.fingerprint)) {
      this.#count('duplicates');
      return;
    }
    this.#fingerprints.add(refusal.fingerprint);
    this.#quarantined.push(refusal);
    this.#untold.push(refusal);
    this.#count('quarantined');
  }

  #count(as: 'stored' | 'quarantined' | 'duplicates'): void {
    for (const counts of [this.counts, this.#sinceCommit]) {
      counts.received++;
      counts[as]++;
    }
  }
}

function refusalOf(input: UnusableParsed): Refusal {
  return { ...input, fingerprint: fingerprint(input), known: false };
}

function idTaken({ id, source, contentHash }: ParsedSpectrum): UnusableParsed {
  const what = `another spectrum of this pool is named "${id}" and has other flux (this one's content is ${contentHash})`;
  return unusable('id-taken', `${source}: ${what}: rename one of them, or put it into another pool`, source);
}

// The object keys of a deployment. A retry writes the same keys again, so nothing here depends on time or chance.

/** part-00042, for shard number 42. Errors: RangeError for anything but an integer of at least 0. */
function part(shard: number): string {
  if (!Number.isSafeInteger(shard) || shard < 0) throw new RangeError(`${shard} is no shard number`);
  return `part-${String(shard).padStart(5, '0')}`;
}

/** A name that is one segment of a key. Errors: RangeError for an empty name, or one that would leave its folder. */
function segment(name: string): string {
  if (!/^[\w.@=+-][\w .@=+-]*$/u.test(name) || /^\.+$/.test(name)) {
    throw new RangeError(`"${name}" cannot name an object: use letters, digits and . _ - @ = +`);
  }
  return name;
}

const poolFolder = (pool: string) => `pools/${segment(pool)}`;
const campaignFolder = (campaign: string) => `campaigns/${segment(campaign)}`;

function iterationFolder(campaign: string, iteration: number): string {
  if (!Number.isSafeInteger(iteration) || iteration < 0) throw new RangeError(`${iteration} is no iteration`);
  return `${campaignFolder(campaign)}/iterations/${iteration}`;
}

export const shardKey = (pool: string, shard: number): string => `${poolFolder(pool)}/shards/${part(shard)}.parquet`;

export const spectraKey = (pool: string, shard: number): string => `${poolFolder(pool)}/spectra/${part(shard)}.parquet`;

export const reservoirKey = (pool: string, shard: number): string =>
  `${poolFolder(pool)}/reservoir/${part(shard)}.parquet`;

export const manifestKey = (pool: string): string => `${poolFolder(pool)}/manifest.json`;

/** The folder of a model's weights, architecture, training set and metrics; ends in a slash. */
export const modelPrefix = (model: string): string => `models/${segment(model)}/`;

/** Names of a model's files. */
export const MODEL_FILES = {
  weights: 'weights.safetensors',
  architecture: 'architecture.json',
  trainingSet: 'training-set.parquet',
  /** `spectrawl.training.v1.Model` as JSON */
  description: 'model.json',
} as const;

/** A file of a model. */
export const modelKey = (model: string, file: string): string => `${modelPrefix(model)}${segment(file)}`;

/** What an iteration is to do: `spectrawl.selection.v1.IterationPlan` as JSON. */
export const planKey = (campaign: string, iteration: number): string =>
  `${iterationFolder(campaign, iteration)}/plan.json`;

export const scoresKey = (campaign: string, iteration: number, shard: number): string =>
  `${iterationFolder(campaign, iteration)}/scores/${part(shard)}.parquet`;

export const summaryKey = (campaign: string, iteration: number, shard: number): string =>
  `${iterationFolder(campaign, iteration)}/summaries/${part(shard)}.parquet`;

/** How the network of an iteration sees the pool, in the plane. */
export const poolMapKey = (campaign: string, iteration: number): string =>
  `${iterationFolder(campaign, iteration)}/map.parquet`;

export const batchKey = (campaign: string, iteration: number): string =>
  `${iterationFolder(campaign, iteration)}/batch.parquet`;

/**
 * What came of a cross-match of a catalogue with the spectra of a campaign.
 * @param digest of the catalogue and how it was matched: the same name may be matched again
 * @param what its rows, or the spectra that it knows
 */
export const crossMatchKey = (campaign: string, name: string, digest: string, what: 'rows' | 'known'): string =>
  `${campaignFolder(campaign)}/cross-matches/${segment(name)}/${segment(digest)}/${what}.parquet`;

/** The folder of a campaign's catalogue; ends in a slash. */
export const cataloguePrefix = (campaign: string): string => `${campaignFolder(campaign)}/catalogue/`;

/** A file of a campaign's catalogue. */
export const catalogueKey = (campaign: string, file: string): string => `${cataloguePrefix(campaign)}${segment(file)}`;

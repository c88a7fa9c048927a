import { column, writeTable } from '@spectrawl/pool';
import {
  SPECTRUM_FIELDS,
  writeCsv,
  writeFitsCatalogue,
  writeVotable,
  type VotableField,
  type VotableTable,
} from '@spectrawl/spectra';
import type { CampaignRow, IterationRow } from './campaign.repository.ts';
import type { CandidateReviewRow } from './candidate-review.repository.ts';
import type { Candidate } from './candidate.ts';

/** All that a published catalogue says. */
export interface PublishedCatalogue {
  campaign: CampaignRow;
  /** The final iteration, whose model scored the pool. */
  final: IterationRow;
  /** By rank. */
  candidates: readonly Candidate[];
  threshold: number;
  certified: boolean;
  errorUpper: number;
  published: Date;
  /** The latest review of each spectrum, where the files are to tell them. */
  reviews?: ReadonlyMap<string, CandidateReviewRow>;
}

/** A file of the catalogue. */
export interface CatalogueFile {
  format: 'votable' | 'fits' | 'csv' | 'parquet' | 'provenance';
  name: string;
  bytes: Uint8Array;
  contentType: string;
}

/** Words of UCD1+ (IVOA Recommendation 1.5). */
const FIELDS: readonly VotableField[] = [
  { name: 'rank', datatype: 'int', ucd: 'meta.number', description: 'Place in the catalogue' },
  ...SPECTRUM_FIELDS,
  { name: 'class', datatype: 'text', ucd: 'meta.code.class', description: 'Shape of the H-alpha line' },
  { name: 'origin', datatype: 'text', ucd: 'meta.note', description: 'labelled by an annotator, or predicted' },
  {
    name: 'emission_probability',
    datatype: 'double',
    ucd: 'stat.probability',
    description: 'Probability of any emission by the final scoring',
  },
  { name: 'campaign', datatype: 'text', ucd: 'meta.id', description: 'Campaign that found it' },
  { name: 'model', datatype: 'text', ucd: 'meta.id', description: 'Model of the final scoring' },
];

const REVIEW_FIELDS: readonly VotableField[] = [
  {
    name: 'verdict',
    datatype: 'text',
    ucd: 'meta.code.qual',
    description: 'accepted, rejected or undecided by an annotator',
  },
  { name: 'reviewer', datatype: 'text', ucd: 'meta.note', description: 'Annotator who gave the verdict' },
  { name: 'review_comment', datatype: 'text', ucd: 'meta.note', description: 'Why' },
];

const REVIEW_COLUMNS = {
  verdict: column.optional(column.string),
  reviewer: column.optional(column.string),
  review_comment: column.optional(column.string),
};

const PARQUET_COLUMNS = {
  rank: column.int32,
  spectrum_id: column.string,
  designation: column.optional(column.string),
  ra: column.optional(column.float64),
  dec: column.optional(column.float64),
  snr: column.optional(column.float32),
  class: column.string,
  origin: column.string,
  emission_probability: column.float64,
  campaign: column.string,
  model: column.string,
};

/** Writes the catalogue in every format; each carries where it comes from. */
export async function catalogueFiles(catalogue: PublishedCatalogue): Promise<CatalogueFile[]> {
  const { campaign, final, candidates, reviews } = catalogue;
  const facts = provenance(catalogue);
  const fields = reviews ? [...FIELDS, ...REVIEW_FIELDS] : FIELDS;
  const reviewOf = ({ spectrumId }: Candidate): (string | null)[] => {
    const review = reviews?.get(spectrumId);
    return review ? [review.verdict, review.annotator, review.comment] : [null, null, null];
  };
  const rows = candidates.map((candidate, at) => [
    at + 1,
    candidate.spectrumId,
    candidate.designation,
    candidate.ra,
    candidate.dec,
    candidate.snr,
    candidate.class,
    candidate.origin,
    candidate.emissionProbability,
    campaign.campaign_id,
    final.model_id,
    ...(reviews ? reviewOf(candidate) : []),
  ]);
  const classes = campaign.method.classes;
  const table: VotableTable = {
    name: `${campaign.campaign_id}-catalogue`,
    description: 'Candidates found by active learning over a pool of spectra',
    infos: Object.entries(facts).map(([name, value]) => ({ name, value: String(value) })),
    coordinateSystem: { system: 'ICRS' },
    fields: [
      ...fields,
      {
        name: 'probabilities',
        datatype: 'float',
        arraysize: classes.length,
        ucd: 'stat.probability',
        description: `Probability of each class: ${classes.join(', ')}`,
      },
    ],
    rows: rows.map((row, at) => [...row, candidates[at]?.probabilities ?? []]),
  };
  const parquet = await writeTable(
    { ...PARQUET_COLUMNS, ...(reviews && REVIEW_COLUMNS) },
    {
      rank: Int32Array.from(candidates, (_, at) => at + 1),
      spectrum_id: candidates.map(({ spectrumId }) => spectrumId),
      designation: candidates.map(({ designation }) => designation),
      ra: candidates.map(({ ra }) => ra),
      dec: candidates.map(({ dec }) => dec),
      snr: candidates.map(({ snr }) => snr),
      class: candidates.map((candidate) => candidate.class),
      origin: candidates.map(({ origin }) => origin),
      emission_probability: Float64Array.from(candidates, ({ emissionProbability }) => emissionProbability),
      campaign: candidates.map(() => campaign.campaign_id),
      model: candidates.map(() => final.model_id),
      ...(reviews && {
        verdict: candidates.map((candidate) => reviewOf(candidate)[0] ?? null),
        reviewer: candidates.map((candidate) => reviewOf(candidate)[1] ?? null),
        review_comment: candidates.map((candidate) => reviewOf(candidate)[2] ?? null),
      }),
    },
    { metadata: { provenance: JSON.stringify(facts) } },
  );
  const utf8 = new TextEncoder();
  return [
    {
      format: 'votable',
      name: 'catalogue.vot',
      bytes: utf8.encode(writeVotable(table)),
      contentType: 'application/x-votable+xml',
    },
    {
      format: 'fits',
      name: 'catalogue.fits',
      bytes: writeFitsCatalogue(table),
      contentType: 'application/fits',
    },
    {
      format: 'csv',
      name: 'catalogue.csv',
      bytes: utf8.encode(writeCsv({ fields, rows })),
      contentType: 'text/csv',
    },
    { format: 'parquet', name: 'catalogue.parquet', bytes: parquet, contentType: 'application/vnd.apache.parquet' },
    {
      format: 'provenance',
      name: 'provenance.json',
      bytes: utf8.encode(`${JSON.stringify(facts, undefined, 2)}\n`),
      contentType: 'application/json',
    },
  ];
}

/** Where the catalogue comes from: enough to make it again. */
function provenance({ campaign, final, candidates, ...cut }: PublishedCatalogue) {
  return {
    software: 'Spectrawl',
    method: 'Skoda, Podsztavek & Tvrdik 2020, A&A 643, A122',
    campaign: campaign.campaign_id,
    preset: campaign.preset,
    settings: JSON.stringify(campaign.method),
    seed: campaign.seed,
    pool: campaign.pool_id,
    seed_pools: campaign.seed_pool_ids.join(' '),
    model: final.model_id,
    iterations: final.number + 1,
    label_position: final.label_position,
    stop_reason: campaign.stop_reason,
    candidates: candidates.length,
    threshold: cut.threshold,
    target_error: campaign.method.stopping.maxError,
    confidence: campaign.method.stopping.confidence,
    error_upper_bound: cut.errorUpper,
    certified: cut.certified,
    published: cut.published.toISOString(),
  };
}

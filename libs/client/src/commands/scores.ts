import { createReadStream, existsSync } from 'node:fs';
import { basename } from 'node:path';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  CrossMatchCatalogueRequest_CatalogueSchema,
  CrossMatchCatalogueRequestSchema,
  CrossMatchSchema,
  KnownState,
  ScoreColumn,
  ScoredSpectrumSchema,
  type CrossMatch,
  type QueryScoresRequestSchema,
  type ScoredSpectrum,
  type ScoreFilterSchema,
  type ScoreOrderSchema,
} from '@spectrawl/contracts';
import { allPages, type CallOptions } from '@spectrawl/grpc';
import type { Spectrawl } from '../connect.ts';
import { writeWhole } from '../files.ts';
import { plain } from '../plain.ts';
import { withContext } from '../terminal/command-context.ts';
import { UsageError } from '../terminal/failure.ts';
import { wholeNumber } from '../terminal/option-values.ts';

/** Rows of a page and bytes of a piece: the contract's limits. */
const PAGE_ROWS = 1000;
const PIECE_BYTES = 1024 * 1024;
const DEFAULT_LIMIT = 50;

const COLUMNS: Readonly<Record<string, ScoreColumn>> = {
  probability: ScoreColumn.EMISSION_PROBABILITY,
  uncertainty: ScoreColumn.UNCERTAINTY,
  snr: ScoreColumn.SNR,
  ra: ScoreColumn.RA,
  dec: ScoreColumn.DEC,
  id: ScoreColumn.SPECTRUM_ID,
  designation: ScoreColumn.DESIGNATION,
  separation: ScoreColumn.SEPARATION,
};
const FORMATS = ['votable', 'fits', 'csv', 'parquet'];

/** Which scores of a campaign, in which order. */
export type ScoresQuestion = Pick<
  MessageInitShape<typeof QueryScoresRequestSchema>,
  'campaignId' | 'iteration' | 'filter' | 'order'
>;

interface FilterOptions {
  iteration?: number;
  class?: string[];
  probability?: Ends;
  uncertainty?: Ends;
  snr?: Ends;
  cone?: { ra: number; dec: number; radius: number };
  prefix?: string;
  match?: string;
  known?: boolean;
  new?: boolean;
  sort: string;
  ascending?: boolean;
}

export function addScores(program: Command): void {
  const scores = program.command('scores').description("sort, filter and match a campaign's scored spectra");
  withFilter(scores.command('list').description('list scored spectra').argument('<campaign>'))
    .option('--limit <count>', 'how many; 0 means all', wholeNumber({ least: 0 }), DEFAULT_LIMIT)
    .action(
      withContext(
        async ({ spectrawl, output, signal }, campaignId: string, options: FilterOptions & { limit: number }) => {
          const most = options.limit === 0 ? Infinity : options.limit;
          const found: ScoredSpectrum[] = [];
          const question = questionOf(campaignId, options);
          for await (const spectrum of queryScores(spectrawl, question, { most, signal })) found.push(spectrum);
          output.table(
            found.map((spectrum) => plain(ScoredSpectrumSchema, spectrum)),
            ['id', 'class', 'p', 'uncertainty', 'ra', 'dec', 'snr', 'known'],
            (at) => scoreRow(found[at]!),
          );
          if (found.length === most) output.say(`the first ${most} are shown; --limit 0 shows all`);
        },
      ),
    );
  withFilter(scores.command('export').description('save scored spectra as a file').argument('<campaign>'))
    .addOption(new Option('--format <name>', 'of the file').choices(FORMATS).default('votable'))
    .requiredOption('--output <file>', 'where to')
    .option('--force', 'replace a file that is there')
    .action(
      withContext(
        async (
          { spectrawl, output, signal },
          campaignId: string,
          options: FilterOptions & { format: string; output: string; force?: boolean },
        ) => {
          const { format, output: file, force = false } = options;
          const question = questionOf(campaignId, options);
          const bytes = await saveScores(spectrawl, question, format, file, { force, signal });
          output.result(
            { campaign: campaignId, format, file, bytes },
            `scores of "${campaignId}" (${format}): ${bytes} bytes in ${file}`,
          );
        },
      ),
    );
  scores
    .command('match')
    .description('compare a catalogue (CSV, VOTable, FITS) with the scored spectra by position')
    .argument('<campaign>')
    .argument('<file>')
    .requiredOption('--name <name>', 'of the cross-match; one of that name is replaced')
    .option('--radius <arcseconds>', 'largest distance of a match', (text) => endOf(text)!, 3)
    .option('--ra <column>', 'right ascension, where it is not recognised')
    .option('--dec <column>', 'declination, where it is not recognised')
    .option('--object <column>', "the objects' names, where they are not recognised")
    .action(
      withContext(async ({ spectrawl, output, signal }, campaignId: string, file: string, options: MatchOptions) => {
        const found = await matchCatalogue(spectrawl, campaignId, file, options, signal);
        output.result(plain(CrossMatchSchema, found), matchText(found));
      }),
    );
}

function withFilter(command: Command): Command {
  return command
    .option('--iteration <number>', 'of the scoring; default the latest', wholeNumber({ least: 0 }))
    .option('--class <name...>', 'the most probable class is one of these')
    .option('--probability <range>', 'of emission, such as 0.9.. or 0.2..0.8', ends)
    .option('--uncertainty <range>', "of the campaign's query strategy", ends)
    .option('--snr <range>', 'signal-to-noise ratio', ends)
    .option('--cone <ra,dec,radius>', 'a circle on the sky, degrees', cone)
    .option('--prefix <text>', 'what the id or the designation begins with')
    .option('--match <name>', 'a cross-match, which tells what is known')
    .addOption(new Option('--known', 'only what the cross-match knows').conflicts('new'))
    .option('--new', 'only what the cross-match does not know')
    .addOption(new Option('--sort <column>', 'sorted by').choices(Object.keys(COLUMNS)).default('probability'))
    .option('--ascending', 'smallest first');
}

function questionOf(campaignId: string, options: FilterOptions): ScoresQuestion {
  const { known = false, match = '' } = options;
  const isNew = options.new ?? false;
  const filter: MessageInitShape<typeof ScoreFilterSchema> = {
    classes: options.class ?? [],
    prefix: options.prefix ?? '',
    crossMatch: match,
    known: known ? KnownState.KNOWN : isNew ? KnownState.NEW : KnownState.UNSPECIFIED,
    ...(options.probability && { emissionProbability: options.probability }),
    ...(options.uncertainty && { uncertainty: options.uncertainty }),
    ...(options.snr && { snr: options.snr }),
    ...(options.cone && { cone: options.cone }),
  };
  const order: MessageInitShape<typeof ScoreOrderSchema> = {
    column: COLUMNS[options.sort] ?? ScoreColumn.UNSPECIFIED,
    ascending: options.ascending ?? false,
  };
  return { campaignId, filter, order, ...(options.iteration !== undefined && { iteration: options.iteration }) };
}

/** Scored spectra in the order asked for, at most `most` of them. */
export async function* queryScores(
  { inference }: Spectrawl,
  question: ScoresQuestion,
  { most = Infinity, signal }: { most?: number; signal?: AbortSignal } = {},
): AsyncIterable<ScoredSpectrum> {
  const pageSize = Math.min(PAGE_ROWS, most);
  const options: CallOptions = signal ? { signal } : {};
  const pages = allPages(
    (pageToken) => inference.queryScores({ ...question, pageSize, pageToken }, options),
    (page) => page.spectra,
  );
  let left = most;
  for await (const spectrum of pages) {
    yield spectrum;
    left -= 1;
    if (left === 0) return;
  }
}

/**
 * Saves scored spectra; the file appears whole or not at all.
 * @param format votable, fits, csv or parquet
 * @returns bytes written
 * @throws {UsageError} where the file exists and `force` is not given; {RpcError}
 */
export async function saveScores(
  { inference }: Spectrawl,
  question: ScoresQuestion,
  format: string,
  file: string,
  { force = false, signal }: { force?: boolean; signal?: AbortSignal } = {},
): Promise<number> {
  let bytes = 0;
  async function* pieces(): AsyncIterable<Uint8Array> {
    for await (const { data } of inference.exportScores({ ...question, format }, signal ? { signal } : {})) {
      bytes += data.length;
      yield data;
    }
  }
  await writeWhole(file, pieces(), { force });
  return bytes;
}

interface MatchOptions {
  name: string;
  radius: number;
  ra?: string;
  dec?: string;
  object?: string;
}

/** Compares a catalogue with what a campaign scored. @throws {UsageError} where there is no such file; {RpcError} */
export async function matchCatalogue(
  { inference }: Spectrawl,
  campaignId: string,
  file: string,
  { name, radius, ra = '', dec = '', object = '' }: MatchOptions,
  signal?: AbortSignal,
): Promise<CrossMatch> {
  if (!existsSync(file)) throw new UsageError(`there is no file ${file}: name the catalogue`);
  async function* messages() {
    const value = create(CrossMatchCatalogueRequest_CatalogueSchema, {
      campaignId,
      name,
      radius,
      fileName: basename(file),
      raColumn: ra,
      decColumn: dec,
      nameColumn: object,
    });
    yield create(CrossMatchCatalogueRequestSchema, { part: { case: 'catalogue', value } });
    for await (const data of createReadStream(file, { highWaterMark: PIECE_BYTES }))
      yield create(CrossMatchCatalogueRequestSchema, { part: { case: 'data', value: data as Uint8Array } });
  }
  const { crossMatch } = await inference.crossMatchCatalogue(messages(), signal ? { signal } : {});
  return crossMatch ?? create(CrossMatchSchema);
}

function matchText({ name, rows, matched, unmatched, rejected, knownSpectra, problems }: CrossMatch): string {
  return [
    `"${name}": ${rows} rows = ${matched} matched + ${unmatched} unmatched + ${rejected} rejected; ${knownSpectra} spectra are known`,
    ...problems,
  ].join('\n');
}

interface Ends {
  least?: number;
  most?: number;
}

/** Reads `0.9..`, `..5` or `0.2..0.8`. */
function ends(text: string): Ends {
  const [least, most, ...more] = text.split('..');
  if (least === undefined || most === undefined || more.length > 0) {
    throw new InvalidArgumentError('Give two ends, such as 0.9.. or ..5 or 0.2..0.8.');
  }
  const [from, to] = [endOf(least), endOf(most)];
  return { ...(from !== undefined && { least: from }), ...(to !== undefined && { most: to }) };
}

function endOf(text: string): number | undefined {
  if (text.trim() === '') return undefined;
  if (!Number.isFinite(Number(text))) throw new InvalidArgumentError(`"${text}" is no number.`);
  return Number(text);
}

function cone(text: string): { ra: number; dec: number; radius: number } {
  const numbers = text.split(',').map(endOf);
  const [ra, dec, radius] = numbers;
  if (numbers.length !== 3 || ra === undefined || dec === undefined || radius === undefined) {
    throw new InvalidArgumentError('Give right ascension, declination and radius in degrees, such as 83.6,22,1.');
  }
  return { ra, dec, radius };
}

function scoreRow(spectrum: ScoredSpectrum): (string | number)[] {
  const { spectrumId, emissionProbability, uncertainty, ra, dec, snr, knownObject } = spectrum;
  return [
    spectrumId,
    spectrum.class,
    emissionProbability.toFixed(4),
    uncertainty.toFixed(3),
    ra?.toFixed(5) ?? '–',
    dec?.toFixed(5) ?? '–',
    snr?.toFixed(1) ?? '–',
    knownObject ? `${knownObject.name} (${knownObject.separation.toFixed(1)}″)` : '–',
  ];
}

import type { Command } from 'commander';
import { Candidate_Origin, CandidateSchema, type Candidate } from '@spectrawl/contracts';
import type { Spectrawl } from '../connect.ts';
import { allPages } from '@spectrawl/grpc';
import { plain } from '../plain.ts';
import { withContext } from '../terminal/command-context.ts';
import { wholeNumber } from '../terminal/option-values.ts';

const DEFAULT_LIMIT = 50;
/** Rows of a page: the contract's limit. */
const PAGE_ROWS = 1000;

export function addCandidates(program: Command): void {
  program
    .command('candidates')
    .description("list a completed campaign's catalogue by rank")
    .argument('<campaign>')
    .option('--class <name>', 'only candidates of this class')
    .option('--limit <count>', 'how many; 0 means all', wholeNumber({ least: 0 }), DEFAULT_LIMIT)
    .action(
      withContext(async ({ spectrawl, output }, campaignId: string, options: { class?: string; limit: number }) => {
        const found: Candidate[] = [];
        const most = options.limit === 0 ? Infinity : options.limit;
        for await (const candidate of listCandidates(spectrawl, campaignId, options.class, most)) found.push(candidate);
        output.table(
          found.map((candidate) => plain(CandidateSchema, candidate)),
          ['rank', 'id', 'class', 'origin', 'p', 'ra', 'dec', 'snr'],
          (at) => candidateRow(found[at]!),
        );
        if (found.length === most) output.say(`the first ${most} are shown; --limit 0 shows all`);
      }),
    );
}

/** Candidates of a completed campaign by rank, at most `most` of them. */
export async function* listCandidates(
  { selection }: Spectrawl,
  campaignId: string,
  className = '',
  most = Infinity,
): AsyncIterable<Candidate> {
  const pageSize = Math.min(PAGE_ROWS, most);
  let left = most;
  const pages = allPages(
    (pageToken) => selection.listCandidates({ campaignId, class: className, pageSize, pageToken }),
    (page) => page.candidates,
  );
  for await (const candidate of pages) {
    yield candidate;
    left -= 1;
    if (left === 0) return;
  }
}

function candidateRow(candidate: Candidate): (string | number)[] {
  const { rank, spectrumId, origin, emissionProbability, ra, dec, snr } = candidate;
  return [
    rank,
    spectrumId,
    candidate.class,
    origin === Candidate_Origin.LABELLED ? 'labelled' : 'predicted',
    emissionProbability.toFixed(4),
    ra?.toFixed(5) ?? '–',
    dec?.toFixed(5) ?? '–',
    snr?.toFixed(1) ?? '–',
  ];
}

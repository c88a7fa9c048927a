import type { MessageInitShape } from '@bufbuild/protobuf';
import type { QueryScoresResponse, ScoredSpectrum, ScoreFilterSchema, ScoreOrderSchema } from '@spectrawl/contracts';
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { inference } from '../app/services.ts';

/** Rows that are asked for at a time. */
export const PAGE_ROWS = 100;
/** milliseconds that the window has to stand still before its rows are asked for */
const STILL = 120;

/** What the table asks. */
export interface CandidatesQuestion {
  campaignId: string;
  iteration: number | undefined;
  filter: MessageInitShape<typeof ScoreFilterSchema>;
  order: MessageInitShape<typeof ScoreOrderSchema>;
}

/** A question in a few characters that tell it from others. */
export function nameOf({ campaignId, iteration, filter, order }: CandidatesQuestion): string {
  return JSON.stringify([campaignId, iteration ?? null, filter, order]);
}

function pageQuery(question: CandidatesQuestion, page: number) {
  const { campaignId, iteration, filter, order } = question;
  const request = {
    campaignId,
    filter,
    order,
    pageSize: PAGE_ROWS,
    skip: BigInt(page * PAGE_ROWS),
    ...(iteration !== undefined && { iteration }),
  };
  return {
    queryKey: ['candidates', nameOf(question), page],
    queryFn: ({ signal }: { signal: AbortSignal }) => inference.queryScores(request, { signal }),
    // A scoring that is finished never changes.
    staleTime: Infinity,
    gcTime: 300_000,
  };
}

/** The first page, which also tells how many there are. What was asked before stays until it is there. */
export function useFirstPage(question: CandidatesQuestion, enabled: boolean) {
  return useQuery<QueryScoresResponse>({ ...pageQuery(question, 0), enabled, placeholderData: keepPreviousData });
}

/**
 * The rows from first to last, as far as they are there.
 * @returns the row of a number, undefined while it is on its way
 */
export function useRows(question: CandidatesQuestion, { first, last }: { first: number; last: number }) {
  const pages: number[] = [];
  for (let page = Math.floor(first / PAGE_ROWS); page <= Math.floor(last / PAGE_ROWS); page++) pages.push(page);
  const still = useStill(pages.join(' '));
  const asked = still === '' ? [] : still.split(' ').map(Number);
  const answers = useQueries({ queries: asked.map((page) => pageQuery(question, page)) });
  const known = new Map(asked.map((page, at) => [page, answers[at]?.data]));
  const error = answers.find((answer) => answer.error)?.error ?? undefined;
  return {
    error,
    row: (number: number): ScoredSpectrum | undefined =>
      known.get(Math.floor(number / PAGE_ROWS))?.spectra[number % PAGE_ROWS],
  };
}

/** One row, undefined while it is on its way. */
export function useRow(question: CandidatesQuestion, number: number): ScoredSpectrum | undefined {
  const page = Number(useStill(String(Math.floor(number / PAGE_ROWS))));
  const { data } = useQuery(pageQuery(question, page));
  return Math.floor(number / PAGE_ROWS) === page ? data?.spectra[number % PAGE_ROWS] : undefined;
}

/** A value once it has stood still for a moment: what is scrolled past is not asked for. */
export function useStill(value: string): string {
  const [still, setStill] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setStill(value), STILL);
    return () => clearTimeout(timer);
  }, [value]);
  return still;
}

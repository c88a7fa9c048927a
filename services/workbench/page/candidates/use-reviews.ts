import { create } from '@bufbuild/protobuf';
import { CandidateReviewSchema, Verdict, type CandidateReview } from '@spectrawl/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { allPages } from '../app/all-pages.ts';
import { failureOf } from '../app/failure.ts';
import { selection } from '../app/services.ts';
import { useSession } from '../app/session.tsx';
import { useToast } from '../ui/toast.tsx';

/** The latest review of each spectrum of a campaign that has one. */
export type Reviews = ReadonlyMap<string, CandidateReview>;

const NO_REVIEWS: Reviews = new Map();
const keyOf = (campaignId: string) => ['candidate reviews', campaignId];

/** All latest reviews of a campaign. */
export function useReviews(campaignId: string): { reviews: Reviews; error: unknown; isPending: boolean } {
  const { data, error, isPending } = useQuery({
    queryKey: keyOf(campaignId),
    queryFn: async ({ signal }) => {
      const all = await allPages(async (pageToken) => {
        const page = await selection.listCandidateReviews({ campaignId, pageSize: 1000, pageToken }, { signal });
        return { rows: page.reviews, nextPageToken: page.nextPageToken };
      });
      return new Map(all.map((review) => [review.spectrumId, review])) as Reviews;
    },
    staleTime: 30_000,
  });
  return { reviews: data ?? NO_REVIEWS, error, isPending };
}

/** Ids of spectra by their latest verdict. */
export function byVerdict(reviews: Reviews): { accepted: string[]; rejected: string[] } {
  const of = (verdict: Verdict): string[] =>
    [...reviews.values()].filter((review) => review.verdict === verdict).map(({ spectrumId }) => spectrumId);
  return { accepted: of(Verdict.ACCEPTED), rejected: of(Verdict.REJECTED) };
}

/** What somebody thinks of a spectrum. */
export interface GivenVerdict {
  spectrumId: string;
  verdict: Verdict;
  comment: string;
}

/** Keeps verdicts: they show at once, and are taken back where the service refuses them. */
export function useGiveVerdict(campaignId: string): (given: GivenVerdict) => void {
  const queries = useQueryClient();
  const { name } = useSession();
  const toast = useToast();
  const { mutate } = useMutation({
    mutationFn: async ({ requestId, ...given }: GivenVerdict & { requestId: string }) =>
      (await selection.reviewCandidate({ ...given, requestId, campaignId, annotator: name })).review,
    retry: (failures, error) => failures < 2 && failureOf(error).passing,
    onMutate: async (given) => {
      await queries.cancelQueries({ queryKey: keyOf(campaignId) });
      const before = queries.getQueryData<Reviews>(keyOf(campaignId));
      const review = create(CandidateReviewSchema, { ...given, campaignId, annotator: name });
      put(review);
      return { earlier: before?.get(given.spectrumId) };
    },
    onSuccess: (review) => {
      if (review) put(review);
    },
    onError: (error, { spectrumId }, context) => {
      toast(`The verdict on ${spectrumId} was not kept: ${failureOf(error).message}`, 'bad');
      queries.setQueryData<Reviews>(keyOf(campaignId), (known) => {
        const all = new Map(known);
        if (context?.earlier) all.set(spectrumId, context.earlier);
        else all.delete(spectrumId);
        return all;
      });
    },
  });
  const put = (review: CandidateReview): void => {
    queries.setQueryData<Reviews>(keyOf(campaignId), (known) => new Map(known).set(review.spectrumId, review));
  };
  return (given) => mutate({ ...given, requestId: crypto.randomUUID() });
}

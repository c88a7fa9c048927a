import type { Disagreement, Label, ListDisagreementsResponse } from '@spectrawl/contracts';
import { useInfiniteQuery, useMutation, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { Annotator_Kind } from '@spectrawl/contracts';
import { labelling } from '../app/services.ts';
import { useSession } from '../app/session.tsx';
import { decisionOf, type Answer } from '../label/decision.ts';

/** Disagreements that are fetched at once. */
const PAGE = 100;

/** Two different answers; the second one's task names the two, as one task may have an overlap and a repeat. */
export function keyOf({ second }: Disagreement): string {
  return second?.taskId ?? '';
}

/**
 * A campaign's disagreements, most important first. What is settled here stays at its place, so that nothing jumps under the
 * eyes; the next visit lists it last.
 */
export function useDisagreements(campaignId: string) {
  const queryKey = ['disagreements', campaignId];
  const { name } = useSession();
  const queries = useQueryClient();
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      labelling.listDisagreements({ campaignId, pageSize: PAGE, pageToken: pageParam }, { signal }),
    initialPageParam: '',
    getNextPageParam: ({ nextPageToken }) => (nextPageToken === '' ? undefined : nextPageToken),
    staleTime: Infinity,
    // Another visit begins with what is open.
    gcTime: 0,
  });
  const settle = useMutation({
    mutationFn: ({ taskId, answer, comment }: Settlement) =>
      labelling.adjudicate({
        requestId: crypto.randomUUID(),
        taskId,
        annotator: { name, kind: Annotator_Kind.PERSON },
        decision: decisionOf(answer),
        comment,
      }),
    onSuccess: ({ label }, { taskId }) => {
      queries.setQueryData<InfiniteData<ListDisagreementsResponse>>(queryKey, (known) => settled(known, taskId, label));
      void queries.invalidateQueries({ queryKey: ['agreement', campaignId] });
    },
  });
  return { ...query, disagreements: query.data?.pages.flatMap((page) => page.disagreements), settle };
}

/** How a disagreement is settled. */
interface Settlement {
  taskId: string;
  answer: Answer;
  comment: string;
}

function settled(
  known: InfiniteData<ListDisagreementsResponse> | undefined,
  taskId: string,
  label: Label | undefined,
): InfiniteData<ListDisagreementsResponse> | undefined {
  if (!known || !label) return known;
  const pages = known.pages.map((page) => ({
    ...page,
    disagreements: page.disagreements.map((one) => (one.taskId === taskId ? { ...one, adjudication: label } : one)),
  }));
  return { ...known, pages };
}

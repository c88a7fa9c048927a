import { Annotator_Kind, type AskedSpectrum } from '@spectrawl/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { failureOf, type Failure } from '../app/failure.ts';
import { labelling } from '../app/services.ts';
import { useSession } from '../app/session.tsx';

/** milliseconds between looks whether a batch is open */
const LOOK_INTERVAL = 5_000;

/** Asking about spectra that one picked out. */
export interface Asking {
  readonly campaignId: string;
  /** Whether one may annotate. */
  readonly may: boolean;
  /** Whether a batch waits for labels; undefined while that is not known. */
  readonly isOpen: boolean | undefined;
  readonly isAsking: boolean;
  ask(spectrumIds: readonly string[]): void;
  /** What came of asking about these; undefined before. */
  resultOf(spectrumIds: readonly string[]): AskingResult | undefined;
}

export type AskingResult = { spectra: readonly AskedSpectrum[] } | { failure: Failure };

/** Asks about spectra in the open batch of a campaign. @param campaignId undefined where there is none: then nobody may ask */
export function useAsking(campaignId: string | undefined): Asking {
  const queries = useQueryClient();
  const { name, may } = useSession();
  const mayAsk = campaignId !== undefined && may('annotator');
  const queryKey = ['open batch', campaignId];
  const { data: isOpen } = useQuery({
    queryKey,
    queryFn: ({ signal }) => hasOpenBatch(campaignId ?? '', signal),
    enabled: mayAsk,
    refetchInterval: LOOK_INTERVAL,
  });
  const { mutate, isPending, variables, data, error } = useMutation({
    mutationFn: async (asked: { requestId: string; spectrumIds: readonly string[] }) => {
      const annotator = { name, kind: Annotator_Kind.PERSON };
      const request = { ...asked, spectrumIds: [...asked.spectrumIds], campaignId: campaignId ?? '', annotator };
      return (await labelling.askAboutSpectra(request)).spectra;
    },
    retry: (failures, problem) => failures < 2 && failureOf(problem).passing,
    onSettled: () => queries.invalidateQueries({ queryKey }),
  });
  return {
    campaignId: campaignId ?? '',
    may: mayAsk,
    isOpen,
    isAsking: isPending,
    ask: (spectrumIds) => mutate({ requestId: crypto.randomUUID(), spectrumIds }),
    resultOf(spectrumIds) {
      if (isPending || !variables || !areSame(variables.spectrumIds, spectrumIds)) return undefined;
      if (error) return { failure: failureOf(error) };
      return data && { spectra: data };
    },
  };
}

/** A selection may have very many: those of another number are not compared. */
function areSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((id, at) => id === others[at]);
}

/** Whether the campaign's newest batch waits for labels. */
async function hasOpenBatch(campaignId: string, signal: AbortSignal): Promise<boolean> {
  try {
    const { progress } = await labelling.getBatchProgress({ campaignId }, { signal });
    return progress !== undefined && progress.answered < progress.tasks;
  } catch (error) {
    if (failureOf(error).reason === 'BATCH_NOT_FOUND') return false;
    throw error;
  }
}

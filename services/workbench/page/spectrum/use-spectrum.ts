import { queryOptions, useQuery } from '@tanstack/react-query';
import { ingestion } from '../app/services.ts';

/** How a spectrum is asked for; it never changes. */
export function spectrumQuery(poolId: string, spectrumId: string) {
  return queryOptions({
    queryKey: ['spectrum', poolId, spectrumId],
    queryFn: async ({ signal }) => (await ingestion.getSpectrum({ poolId, spectrumId }, { signal })).spectrum ?? null,
    staleTime: Infinity,
    gcTime: 120_000,
  });
}

/** A spectrum of a pool. */
export function useSpectrum(poolId: string, spectrumId: string) {
  return useQuery(spectrumQuery(poolId, spectrumId));
}

import type { MapProgress } from '@spectrawl/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { inference } from '../app/services.ts';
import { gatherMap } from './point-cloud.ts';

/** Milliseconds that a map is kept after its view is left: going to a spectrum and back must not load it again. */
const KEPT = 600_000;

/**
 * The map of an iteration, and how far it is while it is computed.
 * @param iteration undefined for the latest one
 */
export function usePoolMap(campaignId: string, iteration: number | undefined) {
  const client = useQueryClient();
  const key = [campaignId, iteration ?? 'latest'];
  const progressKey = ['map progress', ...key];
  const query = useQuery({
    queryKey: ['map', ...key],
    queryFn: ({ signal }) =>
      gatherMap(
        inference.getPoolMap({ campaignId, ...(iteration !== undefined && { iteration }) }, { signal }),
        (progress) => client.setQueryData(progressKey, progress),
      ),
    staleTime: iteration === undefined ? 30_000 : Infinity,
    gcTime: KEPT,
    // Typed arrays that never change.
    structuralSharing: false,
  });
  const { data: progress } = useQuery<MapProgress | null>({
    queryKey: progressKey,
    queryFn: () => null,
    enabled: false,
    structuralSharing: false,
  });
  return { ...query, progress: progress ?? undefined };
}

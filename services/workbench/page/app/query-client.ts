import { QueryClient } from '@tanstack/react-query';
import { failureOf } from './failure.ts';

/** Tries again what may have failed by chance: a service that starts, a connection that broke. */
const ATTEMPTS = 2;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => failures < ATTEMPTS && failureOf(error).passing,
      refetchOnWindowFocus: false,
      // On loopback the browser may think that it is offline, and the workbench answers all the same.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

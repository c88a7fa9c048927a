import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from 'react-router/dom';
import { Toasts } from '../ui/toast.tsx';
import { queryClient } from './query-client.ts';
import { router } from './router.tsx';
import { SessionGate } from './session.tsx';
import { ThemeProvider } from './theme.tsx';

/** The whole application. */
export function Workbench() {
  return (
    <ThemeProvider>
      <QueryClientProvider client={queryClient}>
        <Toasts>
          <SessionGate>
            <RouterProvider router={router} />
          </SessionGate>
        </Toasts>
      </QueryClientProvider>
    </ThemeProvider>
  );
}

import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import { LabellingService } from '@spectrawl/contracts';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { ingestion, labelling } from '../app/services.ts';
import { LabelSession, type LabelState } from './label-session.ts';

/** Calls that outlive the page. */
const lasting = createClient(
  LabellingService,
  createConnectTransport({
    baseUrl: '/rpc',
    useBinaryFormat: true,
    fetch: (input, init) => fetch(input, { ...init, keepalive: true }),
  }),
);

/** A session of labelling as long as the component is there. Whoever leaves gives the tasks back at once. */
export function useLabelSession(
  campaignId: string,
  annotator: string,
  taskId: string | undefined,
): { session: LabelSession; state: LabelState } {
  const [session] = useState(
    () => new LabelSession({ labelling, ingestion }, { campaignId, annotator, storage: localStorage, taskId }),
  );
  useEffect(() => {
    void session.start();
    const leave = (): void => {
      const taskIds = session.heldTaskIds;
      if (taskIds.length > 0) lasting.releaseTasks({ taskIds, annotator }).catch(() => undefined);
    };
    const comeBack = ({ persisted }: PageTransitionEvent): void => {
      if (persisted) window.location.reload();
    };
    const retry = (): void => session.retry();
    window.addEventListener('pagehide', leave);
    window.addEventListener('pageshow', comeBack);
    window.addEventListener('online', retry);
    return () => {
      window.removeEventListener('pagehide', leave);
      window.removeEventListener('pageshow', comeBack);
      window.removeEventListener('online', retry);
      void session.end();
    };
  }, [session, annotator]);
  const state = useSyncExternalStore(session.subscribe, () => session.state);
  return { session, state };
}

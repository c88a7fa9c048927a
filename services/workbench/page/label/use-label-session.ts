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

/**
 * A session of labelling as long as the view is shown. Whoever leaves gives the tasks back at once.
 * @param isAllowed false: none begins
 */
export function useLabelSession(
  campaignId: string,
  annotator: string,
  taskId: string | undefined,
  isAllowed: boolean,
): { session: LabelSession | undefined; state: LabelState | undefined } {
  const [session, setSession] = useState<LabelSession>();
  const [first] = useState(taskId);
  useEffect(() => {
    if (!isAllowed) return;
    const created = new LabelSession(
      { labelling, ingestion },
      { campaignId, annotator, storage: localStorage, taskId: first },
    );
    setSession(created);
    void created.start();
    const leave = (): void => {
      const taskIds = created.heldTaskIds;
      if (taskIds.length > 0) lasting.releaseTasks({ taskIds, annotator }).catch(() => undefined);
    };
    const comeBack = ({ persisted }: PageTransitionEvent): void => {
      if (persisted) window.location.reload();
    };
    const retry = (): void => created.retry();
    window.addEventListener('pagehide', leave);
    window.addEventListener('pageshow', comeBack);
    window.addEventListener('online', retry);
    return () => {
      window.removeEventListener('pagehide', leave);
      window.removeEventListener('pageshow', comeBack);
      window.removeEventListener('online', retry);
      setSession(undefined);
      void created.end();
    };
  }, [campaignId, annotator, first, isAllowed]);
  const state = useSyncExternalStore(session?.subscribe ?? nothing, () => session?.state);
  return { session, state };
}

const nothing = (): (() => void) => () => undefined;

import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { useCampaignId } from '../app/campaign-frame.tsx';
import { labelling } from '../app/services.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page, useTitle } from '../ui/page.tsx';
import { ViewLinks } from '../ui/view-links.tsx';
import styles from './agreement-view.module.css';
import { NobodyCompared } from './nobody-compared.tsx';
import { Overview } from './overview.tsx';
import { Settle } from './settle.tsx';

/** milliseconds after which what others have answered meanwhile is asked for */
const LOOK_INTERVAL = 15_000;

const DISAGREEMENTS = 'disagreements';

/** How well annotators agree, and where they do not. */
export function AgreementView() {
  const campaignId = useCampaignId();
  useTitle(`${campaignId}: agreement`);
  const [search] = useSearchParams();
  const isSettling = search.get('view') === DISAGREEMENTS;
  const { data, error, refetch } = useQuery({
    queryKey: ['agreement', campaignId],
    queryFn: ({ signal }) => labelling.getAgreement({ campaignId }, { signal }),
    refetchInterval: LOOK_INTERVAL,
  });
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <Loading what="the agreement" />;
  const isCompared = data.pairs.length > 0 || data.annotators.length > 0;
  if (!isCompared)
    return (
      <Page title="Agreement">
        <NobodyCompared campaignId={campaignId} agreement={data} />
      </Page>
    );
  return (
    <div className={styles.agreement} data-view={isSettling ? DISAGREEMENTS : 'overview'}>
      <header className={styles.head}>
        <h1>Agreement</h1>
        <ViewLinks
          views={[
            { to: '?', name: 'How far people agree', isShown: !isSettling },
            {
              to: `?view=${DISAGREEMENTS}`,
              name: `Disagreements (${data.disagreementsOpen} open)`,
              isShown: isSettling,
            },
          ]}
        />
      </header>
      {isSettling ? <Settle campaignId={campaignId} /> : <Overview agreement={data} />}
    </div>
  );
}

import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { useCampaignId } from '../app/campaign-frame.tsx';
import { labelling } from '../app/services.ts';
import { Choice } from '../ui/choice.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page, useTitle } from '../ui/page.tsx';
import styles from './agreement-view.module.css';
import { NobodyCompared } from './nobody-compared.tsx';
import { Overview } from './overview.tsx';
import { Settle } from './settle.tsx';

/** milliseconds after which what others have answered meanwhile is asked for */
const LOOK_INTERVAL = 15_000;

const VIEWS = ['overview', 'disagreements'] as const;
type View = (typeof VIEWS)[number];

/** How well annotators agree, and where they do not. */
export function AgreementView() {
  const campaignId = useCampaignId();
  useTitle(`${campaignId}: agreement`);
  const [search, setSearch] = useSearchParams();
  const view = VIEWS.find((one) => one === search.get('view')) ?? 'overview';
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
  const show = (next: View): void => setSearch(next === 'overview' ? {} : { view: next });
  return (
    <div className={styles.agreement} data-view={view}>
      <header className={styles.head}>
        <h1>Agreement</h1>
        <Choice
          label="View"
          value={view}
          onChange={show}
          options={[
            { value: 'overview', name: 'How far people agree' },
            { value: 'disagreements', name: `Disagreements (${data.disagreementsOpen} open)` },
          ]}
        />
      </header>
      {view === 'overview' ? <Overview agreement={data} /> : <Settle campaignId={campaignId} />}
    </div>
  );
}

import { Verdict, type CrossMatch } from '@spectrawl/contracts';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { allPages } from '../app/all-pages.ts';
import { useCampaignId } from '../app/campaign-frame.tsx';
import { failureOf } from '../app/failure.ts';
import { paths } from '../app/paths.ts';
import { inference } from '../app/services.ts';
import { useSession } from '../app/session.tsx';
import { obstacleText } from '../ask/ask-words.ts';
import { useAsking } from '../ask/use-asking.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { useTitle } from '../ui/page.tsx';
import { grouped } from '../ui/words.ts';
import { CandidatePanel } from './candidate-panel.tsx';
import { filterOf, NO_QUERY, orderOf, partsSet, queryOf, searchOf, type CandidateQuery } from './candidate-query.ts';
import { CandidateTable } from './candidate-table.tsx';
import styles from './candidates.module.css';
import { CrossMatchDialog } from './cross-match-dialog.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { FilterBar } from './filter-bar.tsx';
import { nameOf, useFirstPage, useRow, useRows, type CandidatesQuestion } from './use-candidates.ts';
import { byVerdict, useGiveVerdict, useReviews } from './use-reviews.ts';
import { useRowWindow } from './use-row-window.ts';

/** CSS pixels. */
const ROW = 40;

const VERDICT_KEYS: Readonly<Record<string, Verdict>> = {
  a: Verdict.ACCEPTED,
  r: Verdict.REJECTED,
  u: Verdict.UNDECIDED,
};

/** What the network proposes: a table of the whole pool to sort, filter, review and take along. */
export function CandidatesView() {
  const campaignId = useCampaignId();
  useTitle(`Candidates of ${campaignId}`);
  const [search, setSearch] = useSearchParams();
  const query = useMemo(() => queryOf(search), [search]);
  const ask = useCallback(
    (change: Partial<CandidateQuery>): void => setSearch(searchOf({ ...query, ...change }), { replace: true }),
    [query, setSearch],
  );
  const { reviews, isPending: reviewsPending } = useReviews(campaignId);
  const { reviewed, refresh, isOld } = useReviewedIds(query.review, reviews);
  const question = useMemo<CandidatesQuestion>(
    () => ({
      campaignId,
      iteration: query.iteration,
      filter: filterOf(query, reviewed),
      order: orderOf(query),
    }),
    [campaignId, query, reviewed],
  );
  const askedOfNone =
    (query.review === 'accepted' && reviewed.accepted.length === 0) ||
    (query.review === 'rejected' && reviewed.rejected.length === 0);
  const { data, error, refetch, isPlaceholderData } = useFirstPage(
    question,
    !askedOfNone && !(query.review !== 'any' && reviewsPending),
  );
  const { data: crossMatches = [], refetch: refetchMatches } = useCrossMatches(campaignId);

  if (error && failureOf(error).reason === 'SCORING_RUN_NOT_FOUND') {
    return (
      <EmptyState title="No candidates yet">They show once the pool has been scored for the first time.</EmptyState>
    );
  }
  const total = askedOfNone ? 0 : Number(data?.total ?? 0n);
  return (
    <div className={styles.view}>
      <h1 className={styles.title}>Candidates of {campaignId}</h1>
      <FilterBar query={query} classes={data?.classes ?? []} crossMatches={crossMatches} onChange={ask} />
      <div className={styles.toolbar}>
        <p className={styles.count} role="status">
          {data || askedOfNone ? (
            <>
              <b>{grouped(total)}</b> {total === 1 ? 'spectrum' : 'spectra'}
              {partsSet(query) > 0 && ' fit'}
              {data && (
                <span className={styles.about}>
                  iteration {data.iteration} of the pool {data.poolId}
                </span>
              )}
              {isPlaceholderData && <span className={styles.about}>asking…</span>}
            </>
          ) : (
            'Asking…'
          )}
          {isOld && (
            <Button kind="quiet" onClick={refresh}>
              Update for new verdicts
            </Button>
          )}
        </p>
        <div className={styles.tools}>
          {partsSet(query) > 0 && (
            <Button
              kind="quiet"
              onClick={() => ask({ ...NO_QUERY, match: query.match, sort: query.sort, ascending: query.ascending })}
            >
              Clear filter
            </Button>
          )}
          <CrossMatchDialog
            campaignId={campaignId}
            onMatched={(name) => void refetchMatches().then(() => ask({ match: name }))}
          />
          <ExportDialog question={question} total={total} />
        </div>
      </div>
      {error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : askedOfNone ? (
        <EmptyState title="None yet">Nobody has {query.review} a spectrum of this campaign.</EmptyState>
      ) : !data ? (
        <Loading what="candidates" />
      ) : total === 0 ? (
        <EmptyState title="Nothing fits">No spectrum of the pool fits the filter: widen it.</EmptyState>
      ) : (
        <Candidates
          question={question}
          query={query}
          poolId={data.poolId}
          classes={data.classes}
          total={total}
          reviews={reviews}
          onSort={(sort, ascending) => ask({ sort, ascending })}
        />
      )}
    </div>
  );
}

interface CandidatesProps {
  question: CandidatesQuestion;
  query: CandidateQuery;
  poolId: string;
  classes: readonly string[];
  total: number;
  reviews: ReturnType<typeof useReviews>['reviews'];
  onSort: (sort: CandidateQuery['sort'], ascending: boolean) => void;
}

/** The table and the row that is looked at. */
function Candidates({ question, query, poolId, classes, total, reviews, onSort }: CandidatesProps) {
  const campaignId = useCampaignId();
  const { may } = useSession();
  const navigate = useNavigate();
  const name = nameOf(question);
  const [at, setAt] = useState({ name, row: 0 });
  const selected = at.name === name ? Math.min(at.row, total - 1) : 0;
  const rows = useRowWindow(total, ROW, name);
  const { row, error } = useRows(question, rows);
  const give = useGiveVerdict(campaignId);
  const asking = useAsking(campaignId);
  const comment = useRef<HTMLTextAreaElement>(null);
  // The row that is looked at stays known when it is scrolled out of the window.
  const current = useRow(question, selected);

  const select = (to: number): void => {
    const bounded = Math.max(0, Math.min(total - 1, to));
    setAt({ name, row: bounded });
    rows.show(bounded);
  };
  const review = (verdict: Verdict, next: boolean): void => {
    if (!current || !may('annotator')) return;
    give({ spectrumId: current.spectrumId, verdict, comment: comment.current?.value.trim() ?? '' });
    if (next) select(selected + 1);
  };
  const askAbout = (): void => {
    if (!current || !asking.may || asking.isAsking || obstacleText(asking.isOpen, 1) !== undefined) return;
    asking.ask([current.spectrumId]);
  };
  const open = (): void => {
    if (current) void navigate(paths.spectrum(poolId, current.spectrumId, campaignId));
  };
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = {
      ArrowDown: selected + 1,
      ArrowUp: selected - 1,
      PageDown: selected + rows.fitting - 1,
      PageUp: selected - rows.fitting + 1,
      Home: 0,
      End: total - 1,
    }[event.key];
    const verdict = VERDICT_KEYS[event.key];
    if (to !== undefined) select(to);
    else if (verdict !== undefined) review(verdict, true);
    else if (event.key === 'Enter') open();
    else if (event.key === 'q') askAbout();
    else if (event.key === 'c') comment.current?.focus();
    else return;
    event.preventDefault();
  };

  return (
    <div className={styles.body}>
      <CandidateTable
        rows={rows}
        total={total}
        row={row}
        error={error}
        poolId={poolId}
        classes={classes}
        reviews={reviews}
        selected={selected}
        onSelect={select}
        onOpen={open}
        onKey={press}
        sort={query.sort}
        ascending={query.ascending}
        onSort={onSort}
        withKnown={query.match !== ''}
      />
      <CandidatePanel
        key={current?.spectrumId ?? ''}
        spectrum={current}
        poolId={poolId}
        classes={classes}
        crossMatch={query.match}
        review={current && reviews.get(current.spectrumId)}
        comment={comment}
        asking={asking}
        onReview={(verdict) => review(verdict, false)}
      />
    </div>
  );
}

/** The campaign's cross-matches, by name. */
function useCrossMatches(campaignId: string) {
  return useQuery({
    queryKey: ['cross-matches', campaignId],
    queryFn: ({ signal }) =>
      allPages<CrossMatch>(async (pageToken) => {
        const page = await inference.listCrossMatches({ campaignId, pageToken }, { signal });
        return { rows: page.crossMatches, nextPageToken: page.nextPageToken };
      }),
  });
}

/**
 * Which spectra were accepted and rejected when the filter last asked: the table must not change under the hands of whoever gives
 * verdicts.
 */
function useReviewedIds(asked: CandidateQuery['review'], reviews: ReturnType<typeof useReviews>['reviews']) {
  const latest = useMemo(() => byVerdict(reviews), [reviews]);
  const [taken, setTaken] = useState({ asked, reviewed: latest, wasEmpty: reviews.size === 0 });
  const mustTake = asked !== taken.asked || (taken.wasEmpty && reviews.size > 0 && asked === 'any');
  const firstAnswer = taken.wasEmpty && reviews.size > 0;
  if (mustTake || firstAnswer) setTaken({ asked, reviewed: latest, wasEmpty: false });
  const { reviewed } = taken;
  const isOld =
    asked !== 'any' &&
    (asked === 'open'
      ? reviewed.accepted.length + reviewed.rejected.length !== latest.accepted.length + latest.rejected.length
      : reviewed[asked].join(' ') !== latest[asked].join(' '));
  return {
    reviewed: asked === 'any' ? NOBODY : reviewed,
    refresh: () => setTaken({ asked, reviewed: latest, wasEmpty: false }),
    isOld,
  };
}

const NOBODY = { accepted: [], rejected: [] };

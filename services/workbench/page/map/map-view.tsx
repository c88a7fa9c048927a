import { MapProgress_Step, type MapProgress } from '@spectrawl/contracts';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { useCampaignId } from '../app/campaign-frame.tsx';
import { failureOf } from '../app/failure.ts';
import { paths } from '../app/paths.ts';
import { inference } from '../app/services.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Meter } from '../ui/meter.tsx';
import { Notice } from '../ui/notice.tsx';
import { useTitle } from '../ui/page.tsx';
import { ClassLegend } from './class-legend.tsx';
import { CurrentPoint } from './current-point.tsx';
import { MapCanvas } from './map-canvas.tsx';
import styles from './map-view.module.css';
import type { PointCloud } from './point-cloud.ts';
import { PointList } from './point-list.tsx';
import { SelectionActions } from './selection-actions.tsx';
import { usePoolMap } from './use-pool-map.ts';

/** The pool as the network sees it. */
export function MapView() {
  const campaignId = useCampaignId();
  useTitle(`Map of ${campaignId}`);
  const [search, setSearch] = useSearchParams();
  const asked = search.get('iteration');
  const iteration = asked !== null && /^\d{1,9}$/.test(asked) ? Number(asked) : undefined;
  const { data: cloud, error, progress, refetch } = usePoolMap(campaignId, iteration);
  if (cloud) {
    const choose = (chosen: string): void => setSearch(chosen === '' ? {} : { iteration: chosen });
    return <PoolMapPage key={`${cloud.map.campaignId} ${cloud.map.iteration}`} cloud={cloud} onIteration={choose} />;
  }
  if (error) {
    return failureOf(error).reason === 'SCORING_RUN_NOT_FOUND' ? (
      <EmptyState title="No map yet">It can be drawn once the pool has been scored for the first time.</EmptyState>
    ) : (
      <ErrorState error={error} retry={() => void refetch()} />
    );
  }
  return progress ? <Computing progress={progress} /> : <Loading what="the map" />;
}

const STEPS: Readonly<Record<MapProgress_Step, string>> = {
  [MapProgress_Step.UNSPECIFIED]: 'It waits for its turn',
  [MapProgress_Step.READING]: 'Spectra are drawn from the pool',
  [MapProgress_Step.LOOKING]: 'The network looks at them',
  [MapProgress_Step.LAYING_OUT]: 'They are laid out by what it sees',
};

function Computing({ progress: { step, done } }: { progress: MapProgress }) {
  return (
    <EmptyState title="The map is being computed">
      <p>Nobody has asked for this iteration’s map before. It takes a few minutes, and goes on if you leave.</p>
      <div className={styles.progress}>
        <Meter label={STEPS[step]} value={done} />
        <span>
          {STEPS[step]}: {Math.floor(100 * done)} %
        </span>
      </div>
    </EmptyState>
  );
}

function PoolMapPage({ cloud, onIteration }: { cloud: PointCloud; onIteration: (iteration: string) => void }) {
  const { map } = cloud;
  const navigate = useNavigate();
  const [shown, setShown] = useState<readonly boolean[]>(() => map.classes.map(() => true));
  const [labelledShown, setLabelledShown] = useState(true);
  const [selection, setSelection] = useState<readonly number[]>([]);
  const [current, setCurrent] = useState<number>();
  const [lasso, setLasso] = useState(false);
  const [isSupported, setSupported] = useState(true);
  const unsupported = useCallback(() => setSupported(false), []);
  const counts = useMemo(() => countsOf(cloud), [cloud]);
  const listed = useMemo(
    () => (selection.length > 0 ? Uint32Array.from(selection) : visible(cloud, shown, labelledShown)),
    [cloud, selection, shown, labelledShown],
  );

  const open = (point: number, elsewhere: boolean): void => {
    const poolId = cloud.poolOf(point);
    const isSearched = poolId === map.poolId;
    const path = paths.spectrum(poolId, cloud.ids[point]!, isSearched ? map.campaignId : undefined);
    if (elsewhere) window.open(path, '_blank', 'noopener');
    else void navigate(path);
  };

  return (
    <div className={styles.view}>
      <h1 className={styles.title}>Map of {map.campaignId}</h1>
      {isSupported ? (
        <MapCanvas
          cloud={cloud}
          shown={shown}
          labelledShown={labelledShown}
          selection={selection}
          current={current}
          onCurrent={setCurrent}
          onOpen={open}
          onSelect={setSelection}
          lasso={lasso}
          onUnsupported={unsupported}
        />
      ) : (
        <div className={styles.unsupported}>
          <Notice tone="warning" title="This browser cannot draw the map">
            It has no WebGL 2, or may not use it. The list beside has the same spectra; in another browser, or with
            hardware acceleration switched on, the map shows.
          </Notice>
        </div>
      )}
      <aside className={styles.side} aria-label="About the map">
        <div className={styles.head}>
          <Iterations campaignId={map.campaignId} iteration={map.iteration} onIteration={onIteration} />
          {isSupported && (
            <Button aria-pressed={lasso} kind={lasso ? 'primary' : 'plain'} onClick={() => setLasso(!lasso)}>
              Lasso
            </Button>
          )}
        </div>
        <p className={styles.about}>
          {map.points.toLocaleString('en')} of {Number(map.poolRows).toLocaleString('en')} spectra, drawn at random.
          What lies close together looks alike to the network; directions mean nothing.
        </p>
        <ClassLegend
          classes={map.classes}
          counts={counts}
          shown={shown}
          onShown={setShown}
          labelled={map.labelledPoints}
          labelledShown={labelledShown}
          onLabelledShown={setLabelledShown}
        />
        <CurrentPoint cloud={cloud} point={current} />
        <SelectionActions cloud={cloud} selection={selection} listed={listed.length} onClear={() => setSelection([])} />
        <PointList
          cloud={cloud}
          points={listed}
          current={current}
          onCurrent={setCurrent}
          onOpen={open}
          label={selection.length > 0 ? 'Selected spectra' : 'Spectra on the map'}
        />
      </aside>
    </div>
  );
}

function Iterations(props: { campaignId: string; iteration: number; onIteration: (iteration: string) => void }) {
  const { campaignId, iteration, onIteration } = props;
  const { data: runs = [] } = useQuery({
    queryKey: ['scoring runs', campaignId],
    queryFn: async ({ signal }) =>
      (await inference.listScoringRuns({ campaignId, pageSize: 1000 }, { signal })).scoringRuns.filter(
        ({ endTime }) => endTime !== undefined,
      ),
  });
  const iterations = runs.length > 0 ? runs.map((run) => run.iteration) : [iteration];
  return (
    <label className={styles.iterations}>
      Iteration
      <select value={iteration} onChange={({ target }) => onIteration(target.value)}>
        {iterations.toReversed().map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  );
}

function countsOf({ map, classes, firstLabelled }: PointCloud): number[] {
  const counts = map.classes.map(() => 0);
  for (let point = 0; point < firstLabelled; point++) counts[classes[point]!]! += 1;
  return counts;
}

/** The points of the classes that are shown. */
function visible(cloud: PointCloud, shown: readonly boolean[], labelledShown: boolean): Uint32Array {
  const all = Uint32Array.from({ length: labelledShown ? cloud.size : cloud.firstLabelled }, (_, point) => point);
  return all.filter((point) => shown[cloud.classes[point]!] ?? true);
}

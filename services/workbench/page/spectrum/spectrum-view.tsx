import { useMemo } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { paths } from '../app/paths.ts';
import { AskAction } from '../ask/ask-action.tsx';
import { useAsking } from '../ask/use-asking.ts';
import { curveOf } from '../plot/spectrum-curve.ts';
import { SpectrumPanels } from '../plot/spectrum-panels.tsx';
import { usePlotDisplay } from '../plot/use-plot-display.ts';
import { usePlotKeys } from '../plot/use-plot-keys.ts';
import { SendSpectrum } from '../samp/send-spectrum.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Epochs } from './epochs.tsx';
import { SpectrumFacts } from './spectrum-facts.tsx';
import styles from './spectrum-view.module.css';
import { useSpectrum } from './use-spectrum.ts';

/** One spectrum of a pool, with what is known of it. */
export function SpectrumView() {
  const { poolId = '', spectrumId = '' } = useParams();
  const [search] = useSearchParams();
  const campaignId = search.get('campaign') ?? undefined;
  const asking = useAsking(campaignId);
  const { data: spectrum, error, refetch } = useSpectrum(poolId, spectrumId);
  const { display, toggle, smoothen } = usePlotDisplay();
  usePlotKeys(toggle, smoothen);
  const curve = useMemo(() => (spectrum ? curveOf(spectrum) : undefined), [spectrum]);
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  return (
    <div className={styles.spectrum}>
      <h1 className={styles.hidden}>Spectrum {spectrumId}</h1>
      <SpectrumPanels
        name={spectrumId}
        curve={curve}
        absent="Loading the spectrum…"
        display={display}
        onToggle={toggle}
        onSmooth={smoothen}
      />
      <aside className={styles.aside} aria-label="About this spectrum">
        <SpectrumFacts spectrumId={spectrumId} spectrum={spectrum ?? undefined} />
        <dl className={styles.origin}>
          <div>
            <dt>pool</dt>
            <dd>
              <Link to={paths.pool(poolId)}>{poolId}</Link>
            </dd>
          </div>
          {campaignId !== undefined && (
            <div>
              <dt>campaign</dt>
              <dd>
                <Link to={paths.campaign(campaignId)}>{campaignId}</Link>
              </dd>
            </div>
          )}
          <div>
            <dt>file</dt>
            <dd title={spectrum?.source}>{spectrum?.source}</dd>
          </div>
          <div>
            <dt>pixels</dt>
            <dd>{spectrum && `${spectrum.wavelength.length}, ${range(spectrum.wavelength)} Å (${spectrum.medium})`}</dd>
          </div>
        </dl>
        <AskAction asking={asking} spectrumIds={[spectrumId]}>
          Ask about it
        </AskAction>
        {spectrum && <SendSpectrum spectrum={spectrum} />}
        <Epochs poolId={poolId} spectrumId={spectrumId} most={12} isReady={curve !== undefined} />
      </aside>
    </div>
  );
}

function range(wavelength: readonly number[]): string {
  return `${wavelength[0]?.toFixed(0)}–${wavelength.at(-1)?.toFixed(0)}`;
}

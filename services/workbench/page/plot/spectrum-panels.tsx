import { memo } from 'react';
import { HALPHA_LINES, OPTICAL_LINES } from './line-markers.ts';
import type { SpectrumCurve } from './spectrum-curve.ts';
import styles from './spectrum-panels.module.css';
import { SpectrumPlot } from './spectrum-plot.tsx';
import type { PanelsDisplay, Shown } from './use-plot-display.ts';

/** Å in vacuum: what the network sees, and enough beside it to see the continuum. */
const AROUND_HALPHA = { from: 6480, to: 6770 };
/** Share of the whole spectrum's pixels that may lie off the plot at either end: cosmic rays, and the noisy ends. */
const FULL_CUT = 0.004;

const SWITCHES: readonly { what: Shown; key: string; name: string; title: string }[] = [
  { what: 'lines', key: 'l', name: 'Lines', title: 'Spectral lines' },
  { what: 'telluric', key: 't', name: '⊕', title: 'Bands of the atmosphere' },
  { what: 'features', key: 'n', name: 'Network’s view', title: 'The 140 values that the network sees' },
  { what: 'errors', key: 'e', name: '±1σ', title: 'Errors, where the survey states them' },
  { what: 'full', key: 'f', name: 'Full', title: 'The full spectrum' },
];

interface SpectrumPanelsProps {
  /** What the plots are of. */
  name: string;
  curve: SpectrumCurve | undefined;
  /** Why there is no curve. */
  absent?: string;
  display: PanelsDisplay;
  onToggle: (what: Shown) => void;
  onSmooth: (by: 1 | -1) => void;
}

/** A spectrum around Hα, large, and all of it below; what is drawn can be switched. */
export const SpectrumPanels = memo(function SpectrumPanels({
  name,
  curve,
  absent = '',
  display,
  onToggle,
  onSmooth,
}: SpectrumPanelsProps) {
  const { smoothing } = display;
  // The few ångströms that the network sees are no more than a blot there.
  const whole = { ...display, features: false };
  return (
    <div className={styles.panels} data-full={display.full}>
      <div className={styles.tools} role="toolbar" aria-label="What is drawn">
        {SWITCHES.map(({ what, key, name: label, title }) => (
          <button
            key={what}
            type="button"
            className={styles.switch}
            aria-pressed={display[what]}
            aria-keyshortcuts={key}
            title={`${title} (key ${key})`}
            onClick={() => onToggle(what)}
          >
            {label} <kbd aria-hidden="true">{key}</kbd>
          </button>
        ))}
        <span className={styles.smoothing}>
          <button
            type="button"
            className={styles.switch}
            aria-label="Smooth less"
            aria-keyshortcuts="-"
            onClick={() => onSmooth(-1)}
          >
            −
          </button>
          <output className={styles.width} aria-label="Smoothing">
            {smoothing === 1 ? 'not smoothed' : `mean of ${smoothing} px`}
          </output>
          <button
            type="button"
            className={styles.switch}
            aria-label="Smooth more"
            aria-keyshortcuts="+"
            onClick={() => onSmooth(1)}
          >
            +
          </button>
        </span>
      </div>
      <div className={styles.halpha} data-testid="halpha">
        <SpectrumPlot
          name={name}
          curve={curve}
          absent={absent}
          stretch={AROUND_HALPHA}
          lines={HALPHA_LINES}
          display={display}
        />
      </div>
      {display.full && (
        <div className={styles.full} data-testid="full">
          <SpectrumPlot name={name} curve={curve} lines={OPTICAL_LINES} display={whole} cut={FULL_CUT} compact />
        </div>
      )}
    </div>
  );
});

import type { ReactNode } from 'react';
import { arc, onCircle, segmentAngles } from './ring-geometry.ts';
import type { RingSegment, RingState, RingStep } from './ring-state.ts';
import { duration } from '../ui/words.ts';
import styles from './loop-ring.module.css';

const RADIUS = 118;
const NAMES: Readonly<Record<RingStep, string>> = { train: 'Train', score: 'Score', select: 'Select', label: 'Label' };
const MOODS: Readonly<Record<RingState['mood'], string>> = {
  idle: 'not started',
  running: 'running',
  labelling: 'waits for labels',
  paused: 'paused',
  failed: 'failed',
  delayed: 'waits',
  completed: 'completed',
};

/** The loop as a ring: train, score, select, label, and again; the step that runs is filled as far as it is. */
export function LoopRing({ state }: { state: RingState }): ReactNode {
  const { segments, iteration, mood, current } = state;
  const running = segments.find(({ step }) => step === current);
  return (
    <svg
      className={`${styles.ring} ${styles[mood]}`}
      viewBox="-182 -134 364 268"
      role="img"
      aria-label={`The loop: ${iteration ? `iteration ${iteration.number}, ` : ''}${
        running ? `${NAMES[running.step].toLowerCase()} ${wholePercent(running.progress)}, ` : ''
      }${MOODS[mood]}`}
    >
      {segments.map((segment, index) => (
        <Segment key={segment.step} segment={segment} index={index} of={segments.length} />
      ))}
      <g aria-hidden="true" textAnchor="middle">
        <text className={styles.over} y={-34}>
          {iteration ? (iteration.isFinal ? 'final iteration' : 'iteration') : ''}
        </text>
        <text className={styles.number} y={16}>
          {iteration ? iteration.number : '–'}
        </text>
        <text className={styles.under} y={44}>
          {running && mood !== 'paused' && mood !== 'failed'
            ? `${NAMES[running.step]} ${wholePercent(running.progress)}`
            : MOODS[mood]}
        </text>
      </g>
    </svg>
  );
}

function Segment({ segment, index, of }: { segment: RingSegment; index: number; of: number }): ReactNode {
  const { step, state, progress, seconds } = segment;
  const { from, to } = segmentAngles(index, of);
  const middle = (from + to) / 2;
  const place = onCircle(RADIUS + 22, middle);
  const anchor = place.x > 0 ? 'start' : 'end';
  const head = onCircle(RADIUS, from + (to - from) * progress);
  return (
    <g className={styles[state]} aria-hidden="true">
      <path className={styles.track} d={arc(RADIUS, from, to)} />
      {progress > 0 && <path className={styles.filled} d={arc(RADIUS, from, from + (to - from) * progress)} />}
      {state === 'running' && <circle className={styles.head} cx={head.x} cy={head.y} r={9} />}
      <text className={styles.name} x={place.x} y={place.y} textAnchor={anchor}>
        {NAMES[step]}
      </text>
      <text className={styles.took} x={place.x} y={place.y + 16} textAnchor={anchor}>
        {seconds === undefined ? '' : duration(seconds)}
      </text>
    </g>
  );
}

function wholePercent(fraction: number): string {
  return `${Math.floor(100 * fraction)} %`;
}

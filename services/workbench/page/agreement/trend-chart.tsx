import type { IterationAgreement } from '@spectrawl/contracts';
import type { ReactNode } from 'react';
import { Axes, plotArea } from '../chart/axes.tsx';
import { ChartFrame, LegendEntry } from '../chart/chart-frame.tsx';
import chart from '../chart/chart.module.css';
import { linearScale, roundTicks } from '../chart/scale.ts';
import { usePicked } from '../chart/use-picked.ts';
import { useWidth } from '../chart/use-width.ts';
import { intervalText, kappaText } from './kappa-words.ts';

const HEIGHT = 210;

interface Point {
  iteration: number;
  kappa: number;
  lower: number;
  upper: number;
}

/** Kappa of all overlaps by iteration, with its intervals. */
export function TrendChart({ iterations }: { iterations: readonly IterationAgreement[] }): ReactNode {
  const [frame, width] = useWidth<HTMLDivElement>();
  const points = iterations.flatMap(({ iteration, agreement }): Point[] =>
    agreement?.kappa === undefined
      ? []
      : [
          {
            iteration,
            kappa: agreement.kappa,
            lower: agreement.kappaLower ?? agreement.kappa,
            upper: agreement.kappaUpper ?? agreement.kappa,
          },
        ],
  );
  const area = plotArea(width, HEIGHT);
  const least = Math.min(0, ...points.map(({ lower }) => lower));
  const yTicks = roundTicks([least, 1], 4);
  const last = Math.max(1, ...points.map(({ iteration }) => iteration));
  const xTicks = roundTicks([0, last], 6).filter((tick) => Number.isInteger(tick));
  const x = linearScale([-0.5, Math.max(last, xTicks.at(-1) ?? 1) + 0.5], [area.left, area.right]);
  const y = linearScale([yTicks[0] ?? 0, 1], [area.bottom, area.top]);
  const [picked, picking] = usePicked(points.map(({ iteration }) => x.at(iteration)));
  const shown = points[picked ?? points.length - 1];
  const agreement = iterations.find(({ iteration }) => iteration === shown?.iteration)?.agreement;
  return (
    <ChartFrame
      label={`Cohen's kappa by iteration, ${points.length} iterations`}
      width={width}
      height={HEIGHT}
      frameRef={frame}
      picking={picking}
      readout={
        shown && agreement ? (
          <>
            iteration <b>{shown.iteration}</b> · κ <b>{kappaText(agreement)}</b>
            {intervalText(agreement) && ` (${intervalText(agreement)})`} · {agreement.equal} of {agreement.questions}{' '}
            equal
          </>
        ) : (
          'No iteration has enough second answers yet'
        )
      }
      legend={
        <>
          <LegendEntry mark={chart.series}>κ</LegendEntry>
          <LegendEntry mark={chart.band}>95 % interval</LegendEntry>
        </>
      }
    >
      <Axes
        area={area}
        x={{ label: 'iteration', scale: x, ticks: xTicks, format: String }}
        y={{ label: 'Cohen’s κ', scale: y, ticks: yTicks, format: String }}
      />
      {points.map(({ iteration, lower, upper }) => (
        <line
          key={iteration}
          className={chart.whisker}
          x1={x.at(iteration)}
          x2={x.at(iteration)}
          y1={y.at(lower)}
          y2={y.at(upper)}
        />
      ))}
      <polyline
        className={chart.seriesLine}
        points={points.map(({ iteration, kappa }) => `${x.at(iteration)},${y.at(kappa)}`).join(' ')}
      />
      {points.map(({ iteration, kappa }, index) => (
        <circle
          key={iteration}
          className={chart.point}
          cx={x.at(iteration)}
          cy={y.at(kappa)}
          r={index === picked ? 6 : 4}
        />
      ))}
    </ChartFrame>
  );
}

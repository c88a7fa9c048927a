import { useState, type KeyboardEvent, type PointerEvent } from 'react';

/** Handlers for the element whose points are picked. */
export interface Picking {
  onPointerMove: (event: PointerEvent<Element>) => void;
  onPointerLeave: () => void;
  onKeyDown: (event: KeyboardEvent<Element>) => void;
  onBlur: () => void;
}

/**
 * Lets the points of a chart be picked: the one nearest to the pointer, or by ← → Home End where the chart has the focus.
 * @param positions horizontal places of the points, in pixels within the element, ascending
 */
export function usePicked(positions: readonly number[]): [number | undefined, Picking] {
  const [picked, setPicked] = useState<number>();
  const last = positions.length - 1;
  const valid = picked !== undefined && picked <= last ? picked : undefined;
  return [
    valid,
    {
      onPointerMove: ({ clientX, currentTarget }) => {
        const x = clientX - currentTarget.getBoundingClientRect().left;
        setPicked(nearest(positions, x));
      },
      onPointerLeave: () => setPicked(undefined),
      onBlur: () => setPicked(undefined),
      onKeyDown: (event) => {
        const next = steppedTo(event.key, valid, last);
        if (next === undefined) return;
        event.preventDefault();
        setPicked(next);
      },
    },
  ];
}

/** Index of the position that is nearest; undefined where there is none. */
export function nearest(positions: readonly number[], x: number): number | undefined {
  let best: number | undefined;
  for (const [index, position] of positions.entries())
    if (best === undefined || Math.abs(position - x) < Math.abs((positions[best] ?? 0) - x)) best = index;
  return best;
}

/** Where a key leads from a point; undefined for keys that lead nowhere. */
export function steppedTo(key: string, from: number | undefined, last: number): number | undefined {
  if (last < 0) return undefined;
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, (from ?? last + 1) - 1);
    case 'ArrowRight':
      return Math.min(last, (from ?? last - 1) + 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}

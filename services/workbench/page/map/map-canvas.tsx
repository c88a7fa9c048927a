import { useEffect, useLayoutEffect, useMemo, useRef, useState, type PointerEvent } from 'react';
import { useTheme } from '../app/theme.tsx';
import { drawnClassColour, drawnColour } from '../ui/class-colours.ts';
import styles from './map-canvas.module.css';
import type { PointCloud } from './point-cloud.ts';
import { PointGrid } from './point-grid.ts';
import { PointRenderer } from './point-renderer.ts';
import { closer, moved, resized, toMap, toWindow, whole, type Viewport, type WindowPlace } from './viewport.ts';

interface MapCanvasProps {
  cloud: PointCloud;
  /** Whether each class is shown. */
  shown: readonly boolean[];
  labelledShown: boolean;
  selection: readonly number[];
  /** The point that is looked at, in the map or in the list. */
  current: number | undefined;
  onCurrent: (point: number | undefined) => void;
  /** @param elsewhere in another tab */
  onOpen: (point: number, elsewhere: boolean) => void;
  onSelect: (points: number[]) => void;
  /** Dragging selects, and does not move the map. */
  lasso: boolean;
  onUnsupported: () => void;
}

/** CSS pixels within which a point is under the pointer. */
const REACH = 10;
/** CSS pixels that a press may move and still be a click. */
const STILL = 4;
const ZOOM_STEP = 1.5;
const KEY_STEP = 60;

/** The map itself: drag to move, scroll to come closer, click to open, Shift and drag to select. */
export function MapCanvas(props: MapCanvasProps) {
  const { cloud, shown, labelledShown, selection, current, onCurrent, onOpen, onSelect, lasso, onUnsupported } = props;
  const { theme } = useTheme();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const renderer = useRef<PointRenderer>(undefined);
  const [context, setContext] = useState(0);
  const [view, setView] = useState<Viewport>(() => whole(1, 1));
  const [line, setLine] = useState<readonly WindowPlace[]>();
  const press = useRef<{ at: WindowPlace; last: WindowPlace; selects: boolean; moved: boolean }>(undefined);
  const grid = useMemo(() => new PointGrid(cloud.x, cloud.y), [cloud]);

  useLayoutEffect(() => {
    const element = frame.current!;
    const fit = (): void => {
      const { clientWidth: width, clientHeight: height } = element;
      setView((before) => (before.width === 1 ? whole(width, height) : resized(before, width, height)));
    };
    fit();
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const element = canvas.current!;
    renderer.current = PointRenderer.of(element, cloud);
    if (!renderer.current) onUnsupported();
    const lost = (event: Event): void => event.preventDefault();
    const restored = (): void => setContext((count) => count + 1);
    element.addEventListener('webglcontextlost', lost);
    element.addEventListener('webglcontextrestored', restored);
    return () => {
      element.removeEventListener('webglcontextlost', lost);
      element.removeEventListener('webglcontextrestored', restored);
    };
  }, [cloud, context, onUnsupported]);

  useLayoutEffect(() => renderer.current?.select(selection), [cloud, context, selection]);

  useLayoutEffect(() => {
    const request = requestAnimationFrame(() => {
      const element = canvas.current;
      if (!element) return;
      const ratio = devicePixelRatio;
      const [width, height] = [Math.round(view.width * ratio), Math.round(view.height * ratio)];
      if (element.width !== width) element.width = width;
      if (element.height !== height) element.height = height;
      renderer.current?.draw({
        view,
        colours: {
          classes: cloud.map.classes.map((_, index) => drawnClassColour(index)),
          edge: drawnColour('--text'),
        },
        shown,
        labelledShown,
        selecting: selection.length > 0,
        ratio,
      });
    });
    return () => cancelAnimationFrame(request);
  }, [cloud, context, view, shown, labelledShown, selection, theme]);

  // React's own listeners are passive: the page would scroll.
  useEffect(() => {
    const element = frame.current!;
    const zoom = (event: WheelEvent): void => {
      event.preventDefault();
      const at = placeIn(element, event);
      setView((before) => closer(before, Math.exp(-event.deltaY / 400), at));
    };
    element.addEventListener('wheel', zoom, { passive: false });
    return () => element.removeEventListener('wheel', zoom);
  }, []);

  const counts = (point: number): boolean =>
    (shown[cloud.classes[point]!] ?? true) && (labelledShown || point < cloud.firstLabelled);

  const under = (at: WindowPlace): number | undefined => grid.nearest(toMap(view, at), REACH / view.scale, counts);

  const pressed = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = placeIn(event.currentTarget, event);
    const selects = lasso || event.shiftKey;
    press.current = { at, last: at, selects, moved: false };
    if (selects) setLine([at]);
  };

  const pointed = (event: PointerEvent<HTMLDivElement>): void => {
    const at = placeIn(event.currentTarget, event);
    const held = press.current;
    if (!held) {
      onCurrent(under(at));
      return;
    }
    held.moved ||= Math.hypot(at.left - held.at.left, at.top - held.at.top) > STILL;
    if (held.selects) setLine((before) => [...(before ?? []), at]);
    else if (held.moved) setView((before) => moved(before, at.left - held.last.left, at.top - held.last.top));
    held.last = at;
  };

  const released = (event: PointerEvent<HTMLDivElement>): void => {
    const held = press.current;
    press.current = undefined;
    setLine(undefined);
    if (!held) return;
    const at = placeIn(event.currentTarget, event);
    if (held.selects && held.moved) {
      const corners = [...(line ?? []), at].map((corner) => toMap(view, corner));
      onSelect(grid.inside(corners, counts));
      return;
    }
    const point = held.moved ? undefined : under(at);
    if (point !== undefined) onOpen(point, event.ctrlKey || event.metaKey);
    else if (!held.moved && selection.length > 0) onSelect([]);
  };

  const middle = { left: view.width / 2, top: view.height / 2 };
  const keys: Readonly<Record<string, (before: Viewport) => Viewport>> = {
    ArrowLeft: (before) => moved(before, KEY_STEP, 0),
    ArrowRight: (before) => moved(before, -KEY_STEP, 0),
    ArrowUp: (before) => moved(before, 0, KEY_STEP),
    ArrowDown: (before) => moved(before, 0, -KEY_STEP),
    '+': (before) => closer(before, ZOOM_STEP, middle),
    '-': (before) => closer(before, 1 / ZOOM_STEP, middle),
    '0': ({ width, height }) => whole(width, height),
  };

  const ring = current === undefined ? undefined : toWindow(view, { x: cloud.x[current]!, y: cloud.y[current]! });
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- an application is what it is made of by its handlers
    <div
      ref={frame}
      className={styles.frame}
      data-lasso={lasso}
      role="application"
      aria-label="Map of the pool. Arrow keys move it, plus and minus zoom, 0 shows all of it; the list beside it has every spectrum."
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard moves it, too
      tabIndex={0}
      onPointerDown={pressed}
      onPointerMove={pointed}
      onPointerUp={released}
      onPointerCancel={() => {
        press.current = undefined;
        setLine(undefined);
      }}
      onPointerLeave={() => onCurrent(undefined)}
      onKeyDown={(event) => {
        const change = keys[event.key];
        if (!change || event.ctrlKey || event.altKey || event.metaKey) return;
        event.preventDefault();
        setView(change);
      }}
    >
      <canvas ref={canvas} className={styles.canvas} />
      <svg className={styles.over} aria-hidden="true">
        {line && <polygon className={styles.lasso} points={line.map(({ left, top }) => `${left},${top}`).join(' ')} />}
        {ring && <circle className={styles.ring} cx={ring.left} cy={ring.top} r={9} />}
      </svg>
    </div>
  );
}

function placeIn(element: HTMLElement, { clientX, clientY }: { clientX: number; clientY: number }): WindowPlace {
  const { left, top } = element.getBoundingClientRect();
  return { left: clientX - left, top: clientY - top };
}

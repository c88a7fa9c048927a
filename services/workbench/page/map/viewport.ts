/** Which part of the map is seen, in a window of CSS pixels. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
  /** Place of the map in the middle of the window. */
  readonly x: number;
  readonly y: number;
  /** CSS pixels of one unit of the map. */
  readonly scale: number;
}

/** A place in the window, CSS pixels, from the upper left. */
export interface WindowPlace {
  readonly left: number;
  readonly top: number;
}

/** A place of the map: −1 to 1, right and up. */
export interface MapPlace {
  readonly x: number;
  readonly y: number;
}

/** Part of the window's half that the whole map takes. */
const FILLED = 0.94;
/** So many times closer than the whole map, at most. */
const CLOSEST = 400;
/** And farther. */
const FARTHEST = 0.5;

/** CSS pixels of one unit when the whole map is seen. */
function wholeScale(width: number, height: number): number {
  return (Math.max(1, Math.min(width, height)) / 2) * FILLED;
}

/** The whole map. */
export function whole(width: number, height: number): Viewport {
  return { width, height, x: 0, y: 0, scale: wholeScale(width, height) };
}

/** The same part in a window of another size. */
export function resized({ x, y, ...before }: Viewport, width: number, height: number): Viewport {
  return {
    width,
    height,
    x,
    y,
    scale: before.scale * (wholeScale(width, height) / wholeScale(before.width, before.height)),
  };
}

/** How many times closer than the whole map it is. */
export function closeness({ width, height, scale }: Viewport): number {
  return scale / wholeScale(width, height);
}

export function toMap({ width, height, x, y, scale }: Viewport, { left, top }: WindowPlace): MapPlace {
  return { x: x + (left - width / 2) / scale, y: y - (top - height / 2) / scale };
}

export function toWindow({ width, height, x, y, scale }: Viewport, place: MapPlace): WindowPlace {
  return { left: width / 2 + (place.x - x) * scale, top: height / 2 - (place.y - y) * scale };
}

/** Moves the map by CSS pixels; its middle stays near the map. */
export function moved(view: Viewport, right: number, down: number): Viewport {
  const bound = (value: number): number => Math.max(-1.2, Math.min(1.2, value));
  return { ...view, x: bound(view.x - right / view.scale), y: bound(view.y + down / view.scale) };
}

/** Goes closer by a factor, and keeps what is under a place of the window there. */
export function closer(view: Viewport, factor: number, around: WindowPlace): Viewport {
  const unit = wholeScale(view.width, view.height);
  const scale = Math.max(unit * FARTHEST, Math.min(unit * CLOSEST, view.scale * factor));
  const kept = toMap(view, around);
  const next = { ...view, scale };
  const there = toMap(next, around);
  return { ...next, x: next.x + kept.x - there.x, y: next.y + kept.y - there.y };
}

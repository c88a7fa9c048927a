/** Degrees between two segments of the ring. */
const GAP = 7;

/** Where a segment of the ring begins and ends, in degrees clockwise from the top. */
export function segmentAngles(index: number, segments: number): { from: number; to: number } {
  const share = 360 / segments;
  return { from: index * share + GAP / 2, to: (index + 1) * share - GAP / 2 };
}

/** A point on a circle around the origin. @param degrees clockwise from the top */
export function onCircle(radius: number, degrees: number): { x: number; y: number } {
  const radians = (degrees * Math.PI) / 180;
  return { x: rounded(radius * Math.sin(radians)), y: rounded(-radius * Math.cos(radians)) };
}

/** The path of an arc of less than a full circle around the origin, clockwise, in the syntax of SVG. */
export function arc(radius: number, from: number, to: number): string {
  const start = onCircle(radius, from);
  const end = onCircle(radius, to);
  return `M ${start.x} ${start.y} A ${radius} ${radius} 0 ${to - from > 180 ? 1 : 0} 1 ${end.x} ${end.y}`;
}

function rounded(value: number): number {
  return Number(value.toFixed(3));
}

import type { PointCloud } from './point-cloud.ts';
import { closeness, type Viewport } from './viewport.ts';

/** What the points are painted with: CSS colours as browsers compute them, `rgb(…)`. */
export interface PointColours {
  /** By class. */
  readonly classes: readonly string[];
  /** Around labelled points. */
  readonly edge: string;
}

/** What is drawn besides where one looks. */
export interface DrawnPoints {
  readonly view: Viewport;
  readonly colours: PointColours;
  /** Whether each class is shown. */
  readonly shown: readonly boolean[];
  readonly labelledShown: boolean;
  /** There is a selection: points outside of it are faint. */
  readonly selecting: boolean;
  /** Device pixels of a CSS pixel. */
  readonly ratio: number;
}

/** Classes that have a colour; as many as a campaign can have in the palette. */
const MOST_CLASSES = 8;
/** CSS pixels: a point of a whole map of `many`, the largest one, and how a labelled one is larger. */
const SIZE = { whole: 2.4, many: 100_000, largest: 9, labelled: 4.2 };

/** Of points of the pool: where few are in view, and where very many are; it falls beyond so many. */
const OPACITY = { most: 0.8, least: 0.25, many: 8000 };

const VERTEX = `#version 300 es
precision highp float;
layout(location = 0) in vec2 place;
layout(location = 1) in float kind;
layout(location = 2) in float selected;
uniform vec2 middle;
uniform vec2 scale;
uniform float size;
uniform float labelledSize;
uniform float opacity;
uniform bool selecting;
uniform bool labelledShown;
uniform vec4 colours[${MOST_CLASSES}];
out vec4 colour;
flat out float edge;
flat out float radius;
void main() {
  bool labelled = kind >= 128.0;
  vec4 own = colours[int(kind) % ${MOST_CLASSES}];
  bool hidden = own.a == 0.0 || (labelled && !labelledShown);
  float diameter = labelled ? labelledSize : size;
  if (selecting && selected > 0.5) diameter += 1.5;
  colour = vec4(own.rgb, labelled ? 1.0 : opacity);
  if (selecting && selected < 0.5) colour.a = labelled ? 0.35 : 0.3 * opacity;
  edge = labelled ? 1.0 : 0.0;
  radius = diameter / 2.0;
  gl_Position = hidden ? vec4(2.0, 2.0, 2.0, 1.0) : vec4((place - middle) * scale, 0.0, 1.0);
  gl_PointSize = diameter + 1.0;
}`;

const FRAGMENT = `#version 300 es
precision mediump float;
in vec4 colour;
flat in float edge;
flat in float radius;
uniform vec3 edgeColour;
uniform float edgeWidth;
out vec4 painted;
void main() {
  float away = length(gl_PointCoord - 0.5) * (2.0 * radius + 1.0);
  float cover = clamp(radius - away + 0.5, 0.0, 1.0);
  float isEdge = edge * clamp(away - (radius - edgeWidth) + 0.5, 0.0, 1.0);
  float alpha = cover * colour.a;
  painted = vec4(mix(colour.rgb, edgeColour, isEdge) * alpha, alpha);
}`;

/**
 * Draws a map by WebGL 2: a hundred thousand points in one call. It compiles shaders, but no JavaScript from text, so that it runs under
 * a Content-Security-Policy without 'unsafe-eval', where libraries built on regl do not.
 */
export class PointRenderer {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #uniforms = new Map<string, WebGLUniformLocation | null>();
  readonly #selected: WebGLBuffer | null;
  /** The order of drawing: common classes first, labelled points last. */
  readonly #order: Uint32Array;

  /** @returns undefined where the browser has no WebGL 2 */
  static of(canvas: HTMLCanvasElement, cloud: PointCloud): PointRenderer | undefined {
    const gl = canvas.getContext('webgl2', { antialias: false, premultipliedAlpha: true });
    return gl ? new PointRenderer(gl, cloud) : undefined;
  }

  private constructor(gl: WebGL2RenderingContext, cloud: PointCloud) {
    this.#gl = gl;
    this.#program = programOf(gl);
    this.#order = drawingOrder(cloud);
    const places = new Float32Array(cloud.size * 2);
    const kinds = new Uint8Array(cloud.size);
    for (const [at, point] of this.#order.entries()) {
      places[2 * at] = cloud.x[point]!;
      places[2 * at + 1] = cloud.y[point]!;
      kinds[at] = (cloud.classes[point]! % MOST_CLASSES) + (point >= cloud.firstLabelled ? 128 : 0);
    }
    gl.useProgram(this.#program);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    this.#attribute(0, places, 2, gl.FLOAT);
    this.#attribute(1, kinds, 1, gl.UNSIGNED_BYTE);
    this.#selected = this.#attribute(2, new Uint8Array(cloud.size), 1, gl.UNSIGNED_BYTE);
  }

  /** @param points that are selected */
  select(points: readonly number[]): void {
    const isSelected = new Uint8Array(this.#order.length);
    for (const point of points) isSelected[point] = 1;
    this.#gl.bindBuffer(this.#gl.ARRAY_BUFFER, this.#selected);
    this.#gl.bufferSubData(
      this.#gl.ARRAY_BUFFER,
      0,
      Uint8Array.from(this.#order, (point) => isSelected[point]!),
    );
  }

  draw({ view, colours, shown, labelledShown, selecting, ratio }: DrawnPoints): void {
    const gl = this.#gl;
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    // Fewer points are drawn larger, and so are those that one has come close to.
    const fewer = (SIZE.many / Math.max(1, this.#order.length)) ** 0.12;
    const size = Math.min(SIZE.largest, SIZE.whole * Math.max(1, fewer) * closeness(view) ** 0.4) * ratio;
    gl.uniform2f(this.#uniform('middle'), view.x, view.y);
    gl.uniform2f(this.#uniform('scale'), (2 * view.scale) / view.width, (2 * view.scale) / view.height);
    gl.uniform1f(this.#uniform('size'), size);
    gl.uniform1f(this.#uniform('opacity'), opacityOf(view, this.#order.length));
    gl.uniform1f(this.#uniform('labelledSize'), size + SIZE.labelled * ratio);
    gl.uniform1f(this.#uniform('edgeWidth'), 1.25 * ratio);
    gl.uniform1i(this.#uniform('selecting'), Number(selecting));
    gl.uniform1i(this.#uniform('labelledShown'), Number(labelledShown));
    gl.uniform3fv(this.#uniform('edgeColour'), components(colours.edge));
    const palette = new Float32Array(MOST_CLASSES * 4);
    colours.classes.slice(0, MOST_CLASSES).forEach((colour, index) => {
      palette.set([...components(colour), Number(shown[index] ?? true)], index * 4);
    });
    gl.uniform4fv(this.#uniform('colours'), palette);
    gl.drawArrays(gl.POINTS, 0, this.#order.length);
  }

  #attribute(location: number, values: Float32Array | Uint8Array, size: number, type: number): WebGLBuffer | null {
    const gl = this.#gl;
    const buffer = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.DYNAMIC_DRAW);
    gl.enableVertexAttribArray(location);
    gl.vertexAttribPointer(location, size, type, false, 0, 0);
    return buffer;
  }

  #uniform(name: string): WebGLUniformLocation | null {
    const known = this.#uniforms.get(name);
    if (known !== undefined) return known;
    const location = this.#gl.getUniformLocation(this.#program, name);
    this.#uniforms.set(name, location);
    return location;
  }
}

/** Many points are drawn thinly, so that one sees where they lie close; the closer one comes, the fewer there are. */
function opacityOf(view: Viewport, points: number): number {
  const inView = Math.max(1, points) / Math.max(1, closeness(view) ** 2);
  return Math.min(OPACITY.most, Math.max(OPACITY.least, OPACITY.most * (OPACITY.many / inView) ** 0.4));
}

/** Points of common classes first, so that rare ones lie on top of them; labelled points last. */
export function drawingOrder({ size, firstLabelled, classes }: PointCloud): Uint32Array {
  const counts = new Map<number, number>();
  for (let point = 0; point < firstLabelled; point++) {
    counts.set(classes[point]!, (counts.get(classes[point]!) ?? 0) + 1);
  }
  const common = [...counts].sort(([, a], [, b]) => b - a).map(([index]) => index);
  const rank = new Map(common.map((index, at) => [index, at]));
  const rankOf = (point: number): number => (point >= firstLabelled ? common.length : (rank.get(classes[point]!) ?? 0));
  return Uint32Array.from({ length: size }, (_, point) => point).sort((a, b) => rankOf(a) - rankOf(b) || a - b);
}

/** The parts of a colour `rgb(r, g, b)`, 0 to 1. */
export function components(colour: string): [number, number, number] {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return [red / 255, green / 255, blue / 255];
}

function programOf(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type);
    if (!shader) throw new Error('the browser has lost its connection to the graphics card: load the page again');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`the map cannot be drawn by this browser's WebGL: ${gl.getProgramInfoLog(program) ?? ''}`);
  }
  return program;
}

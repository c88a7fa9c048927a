import { NetworkError } from './network-error.ts';

/** One layer of a network, as plain data. */
export type Layer =
  /** Along the spectrum, stride 1, no padding, followed by ReLU. */
  | { readonly kind: 'convolution'; readonly filters: number; readonly kernelSize: number }
  /** The largest of each `size` neighbours; a remainder is dropped. */
  | { readonly kind: 'max-pooling'; readonly size: number }
  | { readonly kind: 'flatten' }
  /** Every input to every unit, followed by ReLU or, in the last layer only, by softmax. */
  | { readonly kind: 'dense'; readonly units: number; readonly activation: 'relu' | 'softmax' }
  /** In training, zeroes each value with probability `rate` and scales the others by 1 / (1 − rate). */
  | { readonly kind: 'dropout'; readonly rate: number };

/** A network from `inputWidth` flux values to class probabilities, as plain data (JSON). */
export interface Architecture {
  /** Values of one spectrum. */
  readonly inputWidth: number;
  readonly layers: readonly Layer[];
}

/** One trained tensor of a network. */
export interface Parameter {
  /** For example `convolution1.kernel`; stable, and the tensor's name in a weights file. */
  readonly name: string;
  /** As Keras has it: kernel size × channels × filters, inputs × units, or filters | units. */
  readonly shape: readonly number[];
  /** Values that feed one output, and outputs that one value feeds: what Glorot's initialisation needs. */
  readonly fanIn: number;
  readonly fanOut: number;
}

/** Flux values of one preprocessed spectrum: Škoda, Podsztavek & Tvrdík 2020, section 4.1. */
const FEATURES = 140;

/**
 * The network of Škoda, Podsztavek & Tvrdík 2020, A&A 643, A122, section 4.2: three pairs of convolutions with pooling, two
 * dense layers with dropout. For 140 values and 3 classes it has 2,481,731 parameters.
 *
 * @param classCount classes to tell apart, at least 2
 * @param width multiplies the number of filters and units; 1 is the paper's, 0.25 trains some ten times faster
 */
export function skoda2020Network(classCount = 3, width = 1): Architecture {
  const scaled = (count: number): number => Math.max(1, Math.round(count * width));
  const block = (filters: number): Layer[] => [
    { kind: 'convolution', filters: scaled(filters), kernelSize: 3 },
    { kind: 'convolution', filters: scaled(filters), kernelSize: 3 },
    { kind: 'max-pooling', size: 2 },
  ];
  const hidden: Layer[] = [
    { kind: 'dense', units: scaled(512), activation: 'relu' },
    { kind: 'dropout', rate: 0.5 },
  ];
  return {
    inputWidth: FEATURES,
    layers: [
      ...block(64),
      ...block(128),
      ...block(256),
      { kind: 'flatten' },
      ...hidden,
      ...hidden,
      { kind: 'dense', units: classCount, activation: 'softmax' },
    ],
  };
}

/** The paper's network for the paper's three classes. */
export const SKODA_2020_CNN: Architecture = skoda2020Network();

/** The number of classes that the network tells apart. */
export function classCountOf(architecture: Architecture): number {
  const last = architecture.layers.at(-1);
  return last?.kind === 'dense' ? last.units : 0;
}

/** The number of values that the last hidden layer gives: what the class probabilities are computed from. */
export function representationWidthOf(architecture: Architecture): number {
  return parametersOf(architecture).at(-2)!.fanIn;
}

/** The number of trained values. */
export function parameterCount(architecture: Architecture): number {
  return parametersOf(architecture).reduce((sum, { shape }) => sum + valueCount(shape), 0);
}

/** The number of values in a tensor. */
export function valueCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * The trained tensors, in the order of the layers, each kernel before its bias.
 *
 * @throws {NetworkError} INVALID_REQUEST when the layers do not fit together
 */
export function parametersOf(architecture: Architecture): Parameter[] {
  const parameters: Parameter[] = [];
  const counts = { convolution: 0, dense: 0 };
  /** Width × channels before flattening, then [values]. */
  let shape = [requireCount(architecture.inputWidth, 'inputWidth'), 1];
  architecture.layers.forEach((layer, index) => {
    const place = `layer ${index + 1} (${layer.kind})`;
    const [width = 0, channels] = shape;
    const isLast = index === architecture.layers.length - 1;
    if (isLast !== (layer.kind === 'dense' && layer.activation === 'softmax')) {
      throw invalid(`${place}: the last layer, and no other, is a dense one with softmax`);
    }
    if (layer.kind === 'dropout') {
      if (!(layer.rate >= 0 && layer.rate < 1)) throw invalid(`${place}: rate ${layer.rate} is not in [0, 1)`);
    } else if (layer.kind === 'dense') {
      if (channels !== undefined) throw invalid(`${place}: put a flatten layer before it`);
      requireCount(layer.units, `${place}: units`);
      const fans = { fanIn: width, fanOut: layer.units };
      const name = `dense${++counts.dense}`;
      parameters.push({ name: `${name}.kernel`, shape: [width, layer.units], ...fans });
      parameters.push({ name: `${name}.bias`, shape: [layer.units], ...fans });
      shape = [layer.units];
    } else {
      if (channels === undefined) throw invalid(`${place}: it cannot follow flatten`);
      if (layer.kind === 'flatten') shape = [width * channels];
      if (layer.kind === 'max-pooling')
        shape = [Math.floor(width / requireCount(layer.size, `${place}: size`)), channels];
      if (layer.kind === 'convolution') {
        const size = requireCount(layer.kernelSize, `${place}: kernelSize`);
        const filters = requireCount(layer.filters, `${place}: filters`);
        const fans = { fanIn: size * channels, fanOut: size * filters };
        const name = `convolution${++counts.convolution}`;
        parameters.push({ name: `${name}.kernel`, shape: [size, channels, filters], ...fans });
        parameters.push({ name: `${name}.bias`, shape: [filters], ...fans });
        shape = [width - size + 1, filters];
      }
      if (shape[0]! < 1)
        throw invalid(`${place}: nothing is left of the spectrum's width; use fewer or smaller layers`);
    }
  });
  if (classCountOf(architecture) < 2) throw invalid('the last layer has fewer than two units, one a class');
  return parameters;
}

function requireCount(value: number, what: string): number {
  if (!Number.isSafeInteger(value) || value < 1) throw invalid(`${what} is ${value}, not a positive integer`);
  return value;
}

const invalid = (message: string): NetworkError => new NetworkError('INVALID_REQUEST', `architecture: ${message}`);

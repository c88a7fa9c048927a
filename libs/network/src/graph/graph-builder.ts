import { encodeSavedModel } from './saved-model.ts';
import type { Attribute, ElementType, Endpoint, Node, Shape, Signature } from './saved-model.ts';

/** The types that a network can compute in. */
export type Real = 'float32' | 'bfloat16';

/** The output of an operation, by name, with its element type. */
export interface Tensor<T extends ElementType = ElementType> {
  /** `node:output` */
  readonly name: string;
  readonly type: T;
}

/** A variable of the graph: float32 state that outlives a call. */
export interface Variable {
  readonly name: string;
  readonly shape: Shape;
  readonly handle: Tensor<'resource'>;
}

/** Something that a call feeds. */
export interface Placeholder<T extends ElementType = ElementType> extends Tensor<T> {
  readonly shape: Shape;
}

/** A node named only so that others can wait for it. */
export interface Effect {
  readonly node: string;
}

/** The numbers of an Adam step: scalars, except for the gradient. */
export interface AdamStep {
  readonly beta1Power: Tensor<'float32'>;
  readonly beta2Power: Tensor<'float32'>;
  readonly learningRate: Tensor<'float32'>;
  readonly beta1: Tensor<'float32'>;
  readonly beta2: Tensor<'float32'>;
  readonly epsilon: Tensor<'float32'>;
}

/** Convolutions and pooling see a spectrum as an image of height 1: rows × 1 × width × channels. */
const IMAGE = { data_format: { text: 'NHWC' }, explicit_paddings: { ints: [] }, padding: { text: 'VALID' } } as const;
const CONVOLUTION = {
  ...IMAGE,
  strides: { ints: [1, 1, 1, 1] },
  dilations: { ints: [1, 1, 1, 1] },
  use_cudnn_on_gpu: { bool: true },
} as const;

const pooling = (size: number): Record<string, Attribute> => ({
  ...IMAGE,
  ksize: { ints: [1, 1, size, 1] },
  strides: { ints: [1, 1, size, 1] },
});

/**
 * Builds a TensorFlow graph, operation by operation, and gives it as a SavedModel. Each method adds one operation of the same
 * name in TensorFlow (https://www.tensorflow.org/api_docs/python/tf/raw_ops) and returns its output. The types keep float32 and
 * bfloat16 apart; shapes are TensorFlow's to check, when the graph is loaded.
 */
export class GraphBuilder {
  readonly #nodes: Node[] = [];
  readonly #signatures: Record<string, Signature> = {};
  readonly #constants = new Map<string, Tensor>();
  readonly #reads = new Map<string, Tensor<'float32'>>();
  readonly #casts = new Map<string, Tensor>();

  /** A tensor to be fed; -1 in the shape for a dimension that varies. */
  placeholder<T extends ElementType>(name: string, type: T, shape: Shape): Placeholder<T> {
    return { ...this.#add('Placeholder', [], { dtype: { type }, shape: { shape } }, type, name), shape };
  }

  /** A float32 variable; it has no value before it is assigned one. */
  variable(name: string, shape: Shape): Variable {
    const attributes = {
      dtype: { type: 'float32' },
      shape: { shape },
      shared_name: { text: name },
      container: { text: '' },
    } as const;
    return { name, shape, handle: this.#add('VarHandleOp', [], attributes, 'resource', name) };
  }

  /** The variable's value at the start of a call: it is read once, before any assignment that depends on it. */
  read(variable: Variable): Tensor<'float32'> {
    const known = this.#reads.get(variable.name);
    if (known) return known;
    const value = this.#add('ReadVariableOp', [variable.handle], { dtype: { type: 'float32' } }, 'float32');
    this.#reads.set(variable.name, value);
    return value;
  }

  assign(variable: Variable, value: Tensor<'float32'>): Effect {
    const attributes = { dtype: { type: 'float32' }, validate_shape: { bool: false } } as const;
    return this.#effect('AssignVariableOp', [variable.handle, value], attributes);
  }

  float(value: number): Tensor<'float32'> {
    return this.#constant('float32', [], Float32Array.of(value));
  }

  floats(values: Float32Array, shape: Shape): Tensor<'float32'> {
    return this.#constant('float32', shape, values);
  }

  int(value: number): Tensor<'int32'> {
    return this.#constant('int32', [], Int32Array.of(value));
  }

  ints(values: readonly number[]): Tensor<'int32'> {
    return this.#constant('int32', [values.length], Int32Array.from(values));
  }

  zeros(shape: Shape): Tensor<'float32'> {
    const attributes = { T: { type: 'float32' }, index_type: { type: 'int32' } } as const;
    return this.#add('Fill', [this.ints(shape), this.float(0)], attributes, 'float32');
  }

  cast<T extends ElementType>(value: Tensor, type: T): Tensor<T> {
    if (value.type === type) return value as Tensor<T>;
    const key = `${value.name} ${type}`;
    const known = this.#casts.get(key);
    if (known) return known as Tensor<T>;
    const attributes = { SrcT: { type: value.type }, DstT: { type }, Truncate: { bool: false } } as const;
    const cast = this.#add('Cast', [value], attributes, type);
    this.#casts.set(key, cast);
    return cast;
  }

  reshape<T extends ElementType>(value: Tensor<T>, shape: Shape): Tensor<T> {
    const attributes = { T: { type: value.type }, Tshape: { type: 'int32' } } as const;
    return this.#add('Reshape', [value, this.ints(shape)], attributes, value.type);
  }

  shapeOf(value: Tensor): Tensor<'int32'> {
    return this.#add('Shape', [value], { T: { type: value.type }, out_type: { type: 'int32' } }, 'int32');
  }

  /** The first dimension of a tensor, a scalar. */
  rowsOf(value: Tensor): Tensor<'int32'> {
    const attributes = {
      T: { type: 'int32' },
      Index: { type: 'int32' },
      begin_mask: { int: 0 },
      end_mask: { int: 0 },
      ellipsis_mask: { int: 0 },
      new_axis_mask: { int: 0 },
      shrink_axis_mask: { int: 1 },
    } as const;
    const range = [this.ints([0]), this.ints([1]), this.ints([1])];
    return this.#add('StridedSlice', [this.shapeOf(value), ...range], attributes, 'int32');
  }

  /** Input rows × 1 × width × channels, kernel 1 × size × channels × filters, no padding. */
  conv2D<T extends Real>(input: Tensor<T>, kernel: Tensor<T>): Tensor<T> {
    return this.#add('Conv2D', [input, kernel], { ...CONVOLUTION, T: { type: input.type } }, input.type);
  }

  conv2DBackpropFilter<T extends Real>(input: Tensor<T>, kernelShape: Shape, gradient: Tensor<T>): Tensor<T> {
    const inputs = [input, this.ints(kernelShape), gradient];
    return this.#add('Conv2DBackpropFilter', inputs, { ...CONVOLUTION, T: { type: input.type } }, input.type);
  }

  conv2DBackpropInput<T extends Real>(inputShape: Tensor<'int32'>, kernel: Tensor<T>, gradient: Tensor<T>): Tensor<T> {
    const inputs = [inputShape, kernel, gradient];
    return this.#add('Conv2DBackpropInput', inputs, { ...CONVOLUTION, T: { type: kernel.type } }, kernel.type);
  }

  /** Adds a vector to the last dimension. */
  biasAdd<T extends Real>(value: Tensor<T>, bias: Tensor<T>): Tensor<T> {
    return this.#add('BiasAdd', [value, bias], { T: { type: value.type }, data_format: { text: 'NHWC' } }, value.type);
  }

  /** The sum over all dimensions but the last. */
  biasAddGrad<T extends Real>(gradient: Tensor<T>): Tensor<T> {
    const attributes = { T: { type: gradient.type }, data_format: { text: 'NHWC' } } as const;
    return this.#add('BiasAddGrad', [gradient], attributes, gradient.type);
  }

  relu<T extends Real>(value: Tensor<T>): Tensor<T> {
    return this.#add('Relu', [value], { T: { type: value.type } }, value.type);
  }

  reluGrad<T extends Real>(gradient: Tensor<T>, output: Tensor<T>): Tensor<T> {
    return this.#add('ReluGrad', [gradient, output], { T: { type: gradient.type } }, gradient.type);
  }

  /** The largest of each `size` neighbours along the width; what is left over at the end is dropped. */
  maxPool<T extends Real>(input: Tensor<T>, size: number): Tensor<T> {
    return this.#add('MaxPool', [input], { ...pooling(size), T: { type: input.type } }, input.type);
  }

  maxPoolGrad<T extends Real>(input: Tensor<T>, output: Tensor<T>, gradient: Tensor<T>, size: number): Tensor<T> {
    const attributes = { ...pooling(size), T: { type: input.type } };
    return this.#add('MaxPoolGrad', [input, output, gradient], attributes, input.type);
  }

  matMul<T extends Real>(
    left: Tensor<T>,
    right: Tensor<T>,
    transpose: { left?: boolean; right?: boolean } = {},
  ): Tensor<T> {
    const attributes = {
      T: { type: left.type },
      transpose_a: { bool: transpose.left ?? false },
      transpose_b: { bool: transpose.right ?? false },
    } as const;
    return this.#add('MatMul', [left, right], attributes, left.type);
  }

  softmax(logits: Tensor<'float32'>): Tensor<'float32'> {
    return this.#add('Softmax', [logits], { T: { type: 'float32' } }, 'float32');
  }

  /** Each row's cross-entropy (rows) and its gradient in the logits (rows × classes). */
  sparseSoftmaxCrossEntropy(
    logits: Tensor<'float32'>,
    classes: Tensor<'int32'>,
  ): { loss: Tensor<'float32'>; gradient: Tensor<'float32'> } {
    const attributes = { T: { type: 'float32' }, Tlabels: { type: 'int32' } } as const;
    const operation = 'SparseSoftmaxCrossEntropyWithLogits';
    const loss = this.#add(operation, [logits, classes], attributes, 'float32');
    return { loss, gradient: { name: loss.name.replace(/:0$/, ':1'), type: 'float32' } };
  }

  mul<T extends Real>(left: Tensor<T>, right: Tensor<T>): Tensor<T> {
    return this.#add('Mul', [left, right], { T: { type: left.type } }, left.type);
  }

  div<T extends Real>(left: Tensor<T>, right: Tensor<T>): Tensor<T> {
    return this.#add('RealDiv', [left, right], { T: { type: left.type } }, left.type);
  }

  pow(base: Tensor<'float32'>, exponent: Tensor<'float32'>): Tensor<'float32'> {
    return this.#add('Pow', [base, exponent], { T: { type: 'float32' } }, 'float32');
  }

  addInts(left: Tensor<'int32'>, right: Tensor<'int32'>): Tensor<'int32'> {
    return this.#add('AddV2', [left, right], { T: { type: 'int32' } }, 'int32');
  }

  mulInts(left: Tensor<'int32'>, right: Tensor<'int32'>): Tensor<'int32'> {
    return this.#add('Mul', [left, right], { T: { type: 'int32' } }, 'int32');
  }

  /** Tensors of one shape to one with a new first dimension. */
  pack<T extends Real | 'int32'>(type: T, values: readonly Tensor<T>[]): Tensor<T> {
    return this.#add('Pack', values, { N: { int: values.length }, T: { type }, axis: { int: 0 } }, type);
  }

  /** From `begin` in each dimension, `size` elements, or all that are left where it is -1. */
  slice<T extends Real>(value: Tensor<T>, begin: readonly number[], size: readonly number[]): Tensor<T> {
    const attributes = { T: { type: value.type }, Index: { type: 'int32' } } as const;
    return this.#add('Slice', [value, this.ints(begin), this.ints(size)], attributes, value.type);
  }

  /** The sum of a vector's elements. */
  sum(vector: Tensor<'float32'>): Tensor<'float32'> {
    const attributes = { T: { type: 'float32' }, Tidx: { type: 'int32' }, keep_dims: { bool: false } } as const;
    return this.#add('Sum', [vector, this.ints([0])], attributes, 'float32');
  }

  /** The index of the largest element of each row; the first of equals. */
  argMax(matrix: Tensor<'float32'>): Tensor<'int32'> {
    const attributes = { T: { type: 'float32' }, Tidx: { type: 'int32' }, output_type: { type: 'int32' } } as const;
    return this.#add('ArgMax', [matrix, this.int(1)], attributes, 'int32');
  }

  equal(left: Tensor<'int32'>, right: Tensor<'int32'>): Tensor<'bool'> {
    const attributes = { T: { type: 'int32' }, incompatible_shape_error: { bool: true } } as const;
    return this.#add('Equal', [left, right], attributes, 'bool');
  }

  greaterEqual(left: Tensor<'float32'>, right: Tensor<'float32'>): Tensor<'bool'> {
    return this.#add('GreaterEqual', [left, right], { T: { type: 'float32' } }, 'bool');
  }

  /** Uniform in [0, 1): a function of the shape and the two seeds alone. */
  statelessRandomUniform(shape: Tensor<'int32'>, seeds: Tensor<'int32'>): Tensor<'float32'> {
    const attributes = { dtype: { type: 'float32' }, T: { type: 'int32' }, Tseed: { type: 'int32' } } as const;
    return this.#add('StatelessRandomUniform', [shape, seeds], attributes, 'float32');
  }

  /** One step of Adam: changes the variable and its two moments. */
  applyAdam(
    variable: Variable,
    moments: { mean: Variable; variance: Variable },
    step: AdamStep,
    gradient: Tensor<'float32'>,
  ): Effect {
    const inputs = [variable.handle, moments.mean.handle, moments.variance.handle];
    const numbers = [step.beta1Power, step.beta2Power, step.learningRate, step.beta1, step.beta2, step.epsilon];
    const attributes = {
      T: { type: 'float32' },
      use_locking: { bool: false },
      use_nesterov: { bool: false },
    } as const;
    return this.#effect('ResourceApplyAdam', [...inputs, ...numbers, gradient], attributes);
  }

  /** The same value, once the effects have happened. */
  after<T extends ElementType>(effects: readonly Effect[], value: Tensor<T>): Tensor<T> {
    const controls = effects.map((effect) => `^${effect.node}`);
    return this.#add('Identity', [value], { T: { type: value.type } }, value.type, undefined, controls);
  }

  /** Declares a function that can be called: what it feeds and what it fetches, under the names of the caller. */
  signature(
    name: string,
    inputs: Readonly<Record<string, Placeholder>>,
    outputs: Readonly<Record<string, { tensor: Tensor; shape: Shape }>>,
  ): void {
    const fetched = Object.entries(outputs).map(([key, output]): [string, Endpoint] => [
      key,
      { name: output.tensor.name, type: output.tensor.type, shape: output.shape },
    ]);
    this.#signatures[name] = { inputs, outputs: Object.fromEntries(fetched) };
  }

  /** The graph as the bytes of a `saved_model.pb`. */
  toSavedModel(): Uint8Array {
    return encodeSavedModel(this.#nodes, this.#signatures);
  }

  #constant<T extends 'float32' | 'int32'>(type: T, shape: Shape, values: Float32Array | Int32Array): Tensor<T> {
    const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    // Small constants (shapes, axes, rates) recur; large ones are not worth a key.
    const key = values.length <= 8 ? `${type} [${shape.join()}] ${values.join()}` : undefined;
    const known = key === undefined ? undefined : this.#constants.get(key);
    if (known) return known as Tensor<T>;
    const constant = this.#add('Const', [], { dtype: { type }, value: { tensor: { type, shape, content } } }, type);
    if (key !== undefined) this.#constants.set(key, constant);
    return constant;
  }

  #add<T extends ElementType>(
    operation: string,
    inputs: readonly Tensor[],
    attributes: Record<string, Attribute>,
    type: T,
    name = `${operation}_${this.#nodes.length}`,
    controls: readonly string[] = [],
  ): Tensor<T> {
    this.#nodes.push({ name, operation, inputs: [...inputs.map((input) => input.name), ...controls], attributes });
    return { name: `${name}:0`, type };
  }

  #effect(operation: string, inputs: readonly Tensor[], attributes: Record<string, Attribute>): Effect {
    const node = `${operation}_${this.#nodes.length}`;
    this.#nodes.push({ name: node, operation, inputs: inputs.map((input) => input.name), attributes });
    return { node };
  }
}

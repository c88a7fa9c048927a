import { parametersOf } from './architecture.ts';
import type { Architecture, Parameter } from './architecture.ts';
import type { GraphBuilder, Real, Tensor } from './graph/graph-builder.ts';
import type { Shape } from './graph/saved-model.ts';
import { convolution } from './layers/convolution.ts';
import { dense } from './layers/dense.ts';
import { dropout } from './layers/dropout.ts';
import { flatten } from './layers/flatten.ts';
import type { LayerPass } from './layers/layer.ts';
import { maxPooling } from './layers/max-pooling.ts';

/** A network laid out in a graph. */
export interface ForwardPass {
  /** Rows × classes, before the softmax. */
  readonly logits: Tensor<'float32'>;
  /** Rows × values of the last hidden layer, from which the last layer makes the logits. */
  readonly representation: Tensor<'float32'>;
  /** The gradients in every parameter, by its name, from the loss's gradient in the logits. */
  readonly backward: (logitsGradient: Tensor<'float32'>) => ReadonlyMap<string, Tensor<'float32'>>;
}

/** How a network is laid out. */
export interface ForwardPassOptions<T extends Real> {
  /** What the layers compute in; parameters, logits and gradients are float32 in any case. */
  readonly precision: T;
  /** Each parameter's tensor, in the shape that `graphShape` gives. */
  readonly parameter: (parameter: Parameter) => Tensor<'float32'>;
  /** The two seeds of the mask of the n-th dropout layer; without it, as when predicting, nothing is dropped. */
  readonly dropoutSeeds?: (layer: number) => Tensor<'int32'>;
}

/** The shape of a parameter in the graph, where a spectrum is an image of height 1. */
export function graphShape(parameter: Parameter): Shape {
  return parameter.shape.length === 3 ? [1, ...parameter.shape] : parameter.shape;
}

/**
 * Lays out the layers of a network.
 *
 * @param features rows × inputWidth
 */
export function forwardPass<T extends Real>(
  graph: GraphBuilder,
  architecture: Architecture,
  features: Tensor<'float32'>,
  options: ForwardPassOptions<T>,
): ForwardPass {
  const unused = parametersOf(architecture);
  const passes: { pass: LayerPass<T>; parameters: Parameter[] }[] = [];
  let width = architecture.inputWidth;
  let channels = 1;
  let dropouts = 0;
  let representation: Tensor<T> | undefined;
  let current = graph.cast(graph.reshape(features, [-1, 1, width, channels]), options.precision);

  const kernelAndBias = (): { parameters: Parameter[]; kernel: Tensor<T>; bias: Tensor<T> } => {
    const parameters = unused.splice(0, 2);
    const [kernel, bias] = parameters.map((each) => graph.cast(options.parameter(each), options.precision));
    return { parameters, kernel: kernel!, bias: bias! };
  };

  for (const layer of architecture.layers) {
    let pass: LayerPass<T>;
    let parameters: Parameter[] = [];
    switch (layer.kind) {
      case 'convolution': {
        const learnt = kernelAndBias();
        parameters = learnt.parameters;
        const sizes = { width, channels, size: layer.kernelSize, filters: layer.filters };
        pass = convolution(graph, current, learnt.kernel, sizes, learnt.bias);
        width -= layer.kernelSize - 1;
        channels = layer.filters;
        break;
      }
      case 'max-pooling':
        pass = maxPooling(graph, current, layer.size);
        width = Math.floor(width / layer.size);
        break;
      case 'flatten':
        pass = flatten(graph, current, width, channels);
        break;
      case 'dense': {
        const learnt = kernelAndBias();
        parameters = learnt.parameters;
        representation = current;
        pass = dense(graph, current, learnt.kernel, learnt.bias, layer.activation === 'relu' ? 'relu' : 'none');
        break;
      }
      case 'dropout': {
        const seeds = layer.rate > 0 ? options.dropoutSeeds?.(dropouts) : undefined;
        dropouts += 1;
        if (!seeds) continue;
        pass = dropout(graph, current, layer.rate, seeds);
        break;
      }
    }
    passes.push({ pass, parameters });
    current = pass.output;
  }

  return {
    logits: graph.cast(current, 'float32'),
    // The last layer is dense: parametersOf made sure of it.
    representation: graph.cast(representation!, 'float32'),
    backward: (logitsGradient) => {
      const gradients = new Map<string, Tensor<'float32'>>();
      let gradient = graph.cast(logitsGradient, options.precision);
      for (const { pass, parameters } of passes.toReversed()) {
        const found = pass.backward(gradient);
        parameters.forEach(({ name }, index) => gradients.set(name, graph.cast(found.parameters[index]!, 'float32')));
        gradient = found.input;
      }
      return gradients;
    },
  };
}

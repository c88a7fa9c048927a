import './process-lifetime.ts';
import { classCountOf } from '../architecture.ts';
import type { Architecture } from '../architecture.ts';
import type { Real } from '../graph/graph-builder.ts';
import { predictionGraph } from '../prediction-graph.ts';
import { loadTensorFlow, openSession } from '../tensorflow.ts';
import type { Session } from '../tensorflow.ts';
import { decodeWeightsFor } from '../weights.ts';
import { errorMessage } from './computing-process.ts';
import type { ErrorMessage } from './computing-process.ts';

/** What a prediction process is asked: it answers `predict` only, and everything in order. */
export type PredictionRequest =
  | {
      readonly type: 'open';
      readonly key: string;
      readonly architecture: Architecture;
      readonly weights: Uint8Array;
      readonly precision: Real;
      readonly threads: number;
    }
  | { readonly type: 'predict'; readonly key: string; readonly features: Float32Array }
  | { readonly type: 'close'; readonly key: string };

export type PredictionReply = { readonly type: 'predicted'; readonly probabilities: Float32Array } | ErrorMessage;

/** A network that is open, or failed to: the error is told to each who asks for a prediction. */
const networks = new Map<string, Promise<{ session: Session; architecture: Architecture }>>();

const reply = (message: PredictionReply): void => {
  process.send?.(message, undefined, {}, () => undefined);
};

process.on('message', (request: PredictionRequest) => {
  const { key } = request;
  if (request.type === 'open') {
    const opened = open(request);
    opened.catch(() => undefined);
    networks.set(key, opened);
  } else if (request.type === 'close') {
    networks
      .get(key)
      ?.then(({ session }) => session.close())
      .catch(() => undefined);
    networks.delete(key);
  } else {
    predict(key, request.features).then(
      (probabilities) => reply({ type: 'predicted', probabilities }),
      (error: unknown) => reply(errorMessage(error)),
    );
  }
});

async function open(
  request: PredictionRequest & { type: 'open' },
): Promise<{ session: Session; architecture: Architecture }> {
  const { architecture, weights, precision, threads } = request;
  const graph = predictionGraph(architecture, decodeWeightsFor(architecture, weights), precision);
  return { session: await openSession(loadTensorFlow(threads), graph, ['predict']), architecture };
}

async function predict(key: string, features: Float32Array): Promise<Float32Array> {
  const { session, architecture } = await networks.get(key)!;
  const shape = [features.length / architecture.inputWidth, architecture.inputWidth];
  const { probabilities } = session.run('predict', { features: { values: features, shape } });
  return probabilities ?? new Float32Array(shape[0]! * classCountOf(architecture));
}

import './process-lifetime.ts';
import type { Architecture } from '../architecture.ts';
import type { Real } from '../graph/graph-builder.ts';
import { openNetwork } from '../prediction-session.ts';
import type { LoadedNetwork } from '../prediction-session.ts';
import { decodeWeightsFor } from '../weights.ts';
import { errorMessage } from './computing-process.ts';
import type { ErrorMessage } from './computing-process.ts';

/** What a network gives of spectra: class probabilities, or the values of its last hidden layer. */
export type Output = 'predict' | 'represent';

/** What a prediction process is asked: it answers `compute` only, and everything in order. */
export type PredictionRequest =
  | {
      readonly type: 'open';
      readonly key: string;
      readonly architecture: Architecture;
      readonly weights: Uint8Array;
      readonly precision: Real;
      readonly threads: number;
    }
  | { readonly type: 'compute'; readonly output: Output; readonly key: string; readonly features: Float32Array }
  | { readonly type: 'close'; readonly key: string };

export type PredictionReply = { readonly type: 'computed'; readonly values: Float32Array } | ErrorMessage;

/** A network that is open, or failed to: the error is told to each who asks for a prediction. */
const networks = new Map<string, Promise<LoadedNetwork>>();

const open = async (request: PredictionRequest & { type: 'open' }): Promise<LoadedNetwork> =>
  openNetwork({ ...request, weights: decodeWeightsFor(request.architecture, request.weights) });

const reply = (message: PredictionReply): void => {
  process.send?.(message, undefined, {}, () => undefined);
};

process.on('message', (request: PredictionRequest) => {
  const network = networks.get(request.key);
  if (request.type === 'open') {
    const opening = open(request);
    opening.catch(() => undefined);
    networks.set(request.key, opening);
  } else if (request.type === 'close') {
    network?.then((each) => each.close()).catch(() => undefined);
    networks.delete(request.key);
  } else {
    network!
      .then((each) => each[request.output](request.features))
      .then(
        (values) => reply({ type: 'computed', values }),
        (error: unknown) => reply(errorMessage(error)),
      );
  }
});

import './process-lifetime.ts';
import { runTraining } from '../run-training.ts';
import type { TrainedNetwork, TrainingProgress, TrainingRequest } from '../training-request.ts';
import { errorMessage } from './computing-process.ts';
import type { ErrorMessage } from './computing-process.ts';

/** What the training process tells. */
export type TrainingReply =
  | { readonly type: 'progress'; readonly progress: TrainingProgress }
  | { readonly type: 'trained'; readonly network: TrainedNetwork }
  | ErrorMessage;

const reply = (message: TrainingReply): void => {
  process.send?.(message, undefined, {}, () => undefined);
};

const seconds = (): number => Number(process.hrtime.bigint()) / 1e9;

// One training a process: then its memory is given back, and nothing of one can touch another.
process.once('message', (request: TrainingRequest) => {
  runTraining(request, (progress) => reply({ type: 'progress', progress }), seconds).then(
    (network) => reply({ type: 'trained', network }),
    (error: unknown) => reply(errorMessage(error)),
  );
});

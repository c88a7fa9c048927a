import { parentPort, workerData } from 'node:worker_threads';
import type { Portion, Simulation, WorkerMessage } from './simulation.ts';
import { writePortion } from './write-portion.ts';

const simulation = workerData as Simulation;
const tell = (message: WorkerMessage): void => parentPort?.postMessage(message);

// A failure of the port's listener would be lost: it is thrown where the worker's 'error' event is made of it.
parentPort?.on('message', (portion: Portion) => {
  void writePortion(simulation, portion, (done) => tell({ done })).then(
    (truth) => tell({ portion, truth }),
    (error: unknown) =>
      setImmediate(() => {
        throw error;
      }),
  );
});

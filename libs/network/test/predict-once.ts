// A parent process for predictor.test.ts: at its start and at each message, predicts and tells which process it has for that.
import { readFileSync } from 'node:fs';
import { openPredictor, skoda2020Network } from '../src/index.ts';
import { initialWeights } from '../src/initial-weights.ts';
import { encodeWeights } from '../src/weights.ts';

const predictor = openPredictor({ processes: 1, threadsPerProcess: 1, precision: 'float32' });
const architecture = skoda2020Network(3, 0.125);
const model = { architecture, weights: encodeWeights(initialWeights(architecture, 1)), key: 'only' };

async function predictOnce(): Promise<void> {
  await predictor.predict(model, new Float32Array(architecture.inputWidth));
  const child = Number(readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8'));
  process.send!({ child });
}

process.on('message', () => void predictOnce());
await predictOnce();

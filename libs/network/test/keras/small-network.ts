import type { Architecture } from '../../src/architecture.ts';

/** Every kind of layer, in the smallest network that makes sense; an odd width leaves pooling a remainder. */
export const SMALL_NETWORK: Architecture = {
  inputWidth: 15,
  layers: [
    { kind: 'convolution', filters: 4, kernelSize: 3 },
    { kind: 'convolution', filters: 3, kernelSize: 2 },
    { kind: 'max-pooling', size: 2 },
    { kind: 'convolution', filters: 5, kernelSize: 3 },
    { kind: 'flatten' },
    { kind: 'dense', units: 6, activation: 'relu' },
    { kind: 'dropout', rate: 0.25 },
    { kind: 'dense', units: 3, activation: 'softmax' },
  ],
};

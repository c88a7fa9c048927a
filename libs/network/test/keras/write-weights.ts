// Writes a small network's weights to stdout, for golden.py to read with Python's safetensors package.
import { encodeWeights } from '../../src/weights.ts';
import { SMALL_NETWORK } from './small-network.ts';
import { weightsByFormula } from './numbers.ts';

process.stdout.write(encodeWeights(weightsByFormula(SMALL_NETWORK)));

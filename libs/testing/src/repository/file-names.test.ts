import { expect, it } from 'vitest';
import { emptyWords, listPaths } from './file-names.ts';
import { repositoryRoot } from '../repository-root.ts';

it.each([
  ['libs/pool/src/shard-utils.ts', ['utils']],
  ['libs/pool/src/helpers', ['helpers']],
  ['services/training/src/TrainingManager.ts', ['manager']],
  ['proto/spectrawl/common/v1/common.proto', ['common']],
  ['libs/spectra/src/core.test.ts', ['core']],
  ['libs/spectra/src/resample.ts', []],
  ['libs/spectra/src/wavelength-score.ts', []],
])('finds the words in %s that say nothing of the domain', (path, words) => {
  expect(emptyWords(path)).toEqual(words);
});

it.each(['libs', 'services', 'proto', 'deploy', 'helm'])('names everything in %s/ after the domain', async (folder) => {
  const paths = await listPaths(`${repositoryRoot}${folder}`).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  expect(paths.filter((path) => emptyWords(path).length > 0)).toEqual([]);
});

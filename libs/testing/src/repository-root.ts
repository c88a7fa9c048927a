import { fileURLToPath } from 'node:url';

/** The absolute path of the repository, with a slash at its end: tests find data, the contracts and Python's judges from here. */
export const repositoryRoot: string = fileURLToPath(new URL('../../../', import.meta.url));

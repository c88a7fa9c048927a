/** A service that can be a process of its own. */
export interface SeparateService {
  readonly name: string;
  /** Its compiled main program, from the repository's root. */
  readonly main: string;
}

/** The services, those first that others call. */
export const SEPARATE_SERVICES: readonly SeparateService[] = [
  { name: 'ingestion', main: 'services/ingestion/dist/main.js' },
  { name: 'labelling', main: 'services/labelling/dist/main.js' },
  { name: 'training', main: 'services/training/dist/main.js' },
  { name: 'inference', main: 'services/inference/dist/main.js' },
  { name: 'inference-worker', main: 'services/inference/dist/worker/main.js' },
  { name: 'selection', main: 'services/selection/dist/main.js' },
  { name: 'workbench', main: 'services/workbench/dist/main.js' },
];

/** The one of which there may be as many as there is work for. */
export const WORKER = 'inference-worker';

/** All of them in one process. */
export const ALL_IN_ONE: SeparateService = { name: 'all', main: 'services/all/dist/main.js' };

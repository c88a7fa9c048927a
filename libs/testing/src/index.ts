export { Arrivals } from './arrivals.ts';
export { CLASSES, lineFeatures } from './line-spectra.ts';
export { PythonError, python, pythonInterpreter } from './python.ts';
export { repositoryRoot } from './repository-root.ts';
export { answersOnly } from './stand-ins/answers-only.ts';
export { ingestionStandIn } from './stand-ins/ingestion-stand-in.ts';
export { LabellingStandIn, type NewLabel } from './stand-ins/labelling-stand-in.ts';
export { storePool, type PoolSpectrum } from './stored-pool.ts';

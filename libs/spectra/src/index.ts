export type { Card, CardValue, Complex } from './fits/card.ts';
export { FitsError } from './fits/fits-error.ts';
export type { FitsErrorReason, FitsPlace } from './fits/fits-error.ts';
export type { FitsAsciiColumn, FitsAsciiTable } from './fits/ascii-table.ts';
export type { FitsHeader } from './fits/header.ts';
export type { Bitpix, FitsImage } from './fits/image.ts';
export type { FitsNumbers } from './fits/numbers.ts';
export { readFits } from './fits/read.ts';
export type { FitsFile, FitsHdu, FitsOther, FitsWarning, ReadFitsOptions } from './fits/read.ts';
export type { FitsArray, FitsCells, FitsColumn, FitsTable } from './fits/table.ts';
export { writeFits } from './fits/write.ts';
export type { FitsHduInput, FitsImageInput, FitsTableInput } from './fits/write.ts';
export type { FitsArrayInput, FitsCellsInput, FitsColumnInput } from './fits/write-table.ts';
export { loadSpectra, LOADERS, spectrumId, surveyChoices } from './load-spectra.ts';
export type { LoadOptions, SurveyChoice } from './load-spectra.ts';
export type { LoadContext, SpectrumLoader } from './loaders/loader.ts';
export { FEATURE_COUNT, FEATURE_GRID, FEATURE_RANGE, FEATURE_WAVELENGTHS } from './feature-grid.ts';
export {
  extractFeatures,
  ONDREJOV_BLUR_SIGMA,
  PREPROCESSING_DEFINITION,
  PREPROCESSING_VERSION,
  preprocessingFor,
} from './preprocessing.ts';
export type { Preprocessing } from './preprocessing.ts';
export { NO_METADATA, SURVEYS } from './spectrum.ts';
export type { Medium, Spectrum, SpectrumMetadata, Survey } from './spectrum.ts';
export { UNUSABLE_REASONS, UnusableInput } from './unusable-input.ts';
export type { InputPlace, UnusableReason } from './unusable-input.ts';
export { airToVacuum, vacuumWavelength } from './wavelength.ts';
export { CatalogueError } from './catalogue/catalogue-error.ts';
export { readCatalogue } from './catalogue/read-catalogue.ts';
export { writeFitsCatalogue } from './catalogue/write-fits-catalogue.ts';
export type { Catalogue, ReadCatalogueOptions } from './catalogue/read-catalogue.ts';
export { VotableError, votablePieces, writeCsv, writeVotable } from './votable/index.ts';
export { SPECTRUM_FIELDS } from './votable/spectrum-fields.ts';
export type {
  VotableCell,
  VotableDatatype,
  VotableField,
  VotableInfo,
  VotableParam,
  VotableScalar,
  VotableTable,
} from './votable/index.ts';
export {
  EMISSION_KINDS,
  LINE_SHAPES,
  NATURAL_EMISSION_SHARE,
  OBJECT_KINDS,
  ONDREJOV_POPULATION,
  SIMULATED_SURVEYS,
  simulatedFits,
  simulatedSpectrumId,
  simulateSpectrum,
  SKY_POPULATION,
  skyPopulation,
} from './simulator/index.ts';
export type {
  LamostLayout,
  LineShape,
  ObjectKind,
  Population,
  SimulatedSpectrum,
  SimulatedSurvey,
  SimulatedTruth,
  SimulationRequest,
} from './simulator/index.ts';

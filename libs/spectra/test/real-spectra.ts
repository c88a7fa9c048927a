import { repositoryRoot } from '@spectrawl/testing';

/** The folder of bundled real spectra, with a slash at the end. */
export const REAL_SPECTRA = `${repositoryRoot}libs/testing/data/real-spectra/`;

import type { Population, SimulatedSurvey } from '@spectrawl/spectra';

/** How simulated spectra are written: one file a spectrum as its survey ships it, or tables of spectra. */
export const SIMULATION_FORMATS = ['fits', 'parquet'] as const;

export type SimulationFormat = (typeof SIMULATION_FORMATS)[number];

/** What every worker of a simulation is told. */
export interface Simulation {
  instrument: SimulatedSurvey;
  /** Names the sky: the same seed gives the same spectra. */
  seed: number;
  format: SimulationFormat;
  /** Folder of the files. */
  output: string;
  /** What the survey points at; by default what the instrument's telescope sees. */
  population?: Population;
}

/** Consecutive spectra that one worker makes at a time. */
export interface Portion {
  /** Number of the first spectrum in its survey. */
  first: number;
  count: number;
}

/** What is known of a simulated spectrum: a row of the truth. */
export interface TruthRow {
  id: string;
  /** The shape that a person would see. */
  class: string;
  /** What the object is. */
  kind: string;
}

/** What a worker tells. */
export type WorkerMessage = { done: number } | { portion: Portion; truth: TruthRow[] };

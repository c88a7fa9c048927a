import { NO_METADATA } from '../spectrum.ts';
import type { Spectrum, SpectrumMetadata } from '../spectrum.ts';
import type { Exposure, Instrument } from './instrument.ts';
import { LAMOST } from './lamost.ts';
import { featurelessLight } from './model-light.ts';
import type { ModelLight } from './model-light.ts';
import { addObject } from './object-kinds.ts';
import type { ObjectKind } from './object-kinds.ts';
import { ONDREJOV } from './ondrejov.ts';
import { checkPopulation, ONDREJOV_POPULATION, SKY_POPULATION } from './populations.ts';
import type { Population } from './populations.ts';
import { cumulativeSums, RandomStream, wordsOf } from './random.ts';
import { skyPosition } from './sky-position.ts';
import type { SkyPosition } from './sky-position.ts';
import { LINE_SHAPES, trueShape } from './truth.ts';
import type { LineShape } from './truth.ts';

/** The surveys that can be simulated. */
export const SIMULATED_SURVEYS = ['ondrejov', 'lamost'] as const;

/** One of {@link SIMULATED_SURVEYS}. */
export type SimulatedSurvey = (typeof SIMULATED_SURVEYS)[number];

/** Which spectrum of which survey to make. */
export interface SimulationRequest {
  readonly survey: SimulatedSurvey;
  /** Unsigned integer of up to 64 bits: names the sky. */
  readonly seed: number | bigint;
  /** Number of the spectrum in the survey, 0 or more. */
  readonly index: number;
  /** Default: what the survey's telescope sees, {@link ONDREJOV_POPULATION} or {@link SKY_POPULATION}. */
  readonly population?: Population;
}

/** What is known about a simulated spectrum because it was made: for the simulated oracle and reports alone. */
export interface SimulatedTruth {
  /** The shape a person would see: its class. */
  readonly shape: LineShape;
  readonly kind: ObjectKind;
  /** Signal to noise per pixel in the continuum. */
  readonly signalToNoise: number;
}

/** A spectrum as its survey would deliver it, and apart from it the truth. */
export interface SimulatedSpectrum {
  readonly spectrum: Spectrum;
  readonly truth: SimulatedTruth;
}

interface SurveyDefinition {
  readonly instrument: Instrument;
  readonly population: Population;
  /** Part of the random key: the surveys of one seed are different skies. */
  readonly streamKey: number;
  metadata(id: string, position: SkyPosition, exposure: Exposure): SpectrumMetadata;
}

const SURVEY_DEFINITIONS: Readonly<Record<SimulatedSurvey, SurveyDefinition>> = {
  ondrejov: {
    instrument: ONDREJOV,
    population: ONDREJOV_POPULATION,
    streamKey: 1,
    metadata: (id, { ra, dec }) => ({ ...NO_METADATA, obsid: id, objectName: id, ra, dec, class: 'star' }),
  },
  lamost: {
    instrument: LAMOST,
    population: SKY_POPULATION,
    streamKey: 2,
    metadata: (id, { ra, dec }, { signalToNoise }) => ({
      ...NO_METADATA,
      designation: designation(ra, dec),
      objectName: id,
      ra,
      dec,
      snr: Math.round(signalToNoise * 100) / 100,
      release: SIMULATED_RELEASE,
    }),
  },
};

/** What simulated LAMOST-like spectra state as their data release. */
export const SIMULATED_RELEASE = 'Spectrawl simulator 1';

/** Draws for one spectrum after which a population is held unable to show a shape. */
const MOST_DRAWS = 10_000;

/** Digits of the index in an id: those of a survey of millions, so that ids sort as indices do. */
const INDEX_DIGITS = 7;

/** The id of a simulated spectrum. */
export function simulatedSpectrumId({ survey, seed, index }: SimulationRequest): string {
  return `sim-${survey}-${seed}-${String(index).padStart(INDEX_DIGITS, '0')}`;
}

/**
 * Makes one spectrum. It depends on the request alone: any worker makes the same in any order.
 * @throws RangeError for a bad seed, index or population, and where a population does not show the shapes it asks for
 */
export function simulateSpectrum(request: SimulationRequest): SimulatedSpectrum {
  const { survey, seed, index } = request;
  const { instrument, population: usual, streamKey, metadata } = SURVEY_DEFINITIONS[survey];
  const population = request.population ?? usual;
  checkPopulation(population);
  const stream = new RandomStream([streamKey, ...wordsOf(seed, 'the seed'), ...wordsOf(index, 'the index')]);
  const { light, kind, exposure, shape } = drawObject(stream, instrument, population);
  const pixels = instrument.observe(stream, light, exposure);
  const position = skyPosition(stream, kind, instrument);
  const id = simulatedSpectrumId(request);
  return {
    spectrum: {
      id,
      survey,
      medium: instrument.medium,
      ...pixels,
      ...(pixels.uncertainty && { mask: new Uint8Array(pixels.flux.length) }),
      metadata: metadata(id, position, exposure),
    },
    truth: { shape, kind, signalToNoise: exposure.signalToNoise },
  };
}

interface DrawnObject {
  readonly light: ModelLight;
  readonly kind: ObjectKind;
  readonly exposure: Exposure;
  readonly shape: LineShape;
}

function drawObject(stream: RandomStream, instrument: Instrument, population: Population): DrawnObject {
  const kinds = Object.keys(population.abundances) as ObjectKind[];
  const kindSums = cumulativeSums(Object.values(population.abundances));
  const { shapes } = population;
  const wanted = shapes && LINE_SHAPES[stream.weightedIndex(cumulativeSums(LINE_SHAPES.map((shape) => shapes[shape])))];
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const kind = kinds[stream.weightedIndex(kindSums)]!;
    const light = featurelessLight(stream, instrument.continuum);
    addObject(kind, stream, light, instrument.radialVelocity(stream));
    const exposure = instrument.expose(stream, light);
    const relativeNoise = 1 / exposure.signalToNoise;
    const shape = trueShape(light, { fwhm: exposure.fwhm, relativeNoise, visibleDip: instrument.visibleDip });
    if (wanted === undefined || shape === wanted) return { light, kind, exposure, shape };
  }
  throw new RangeError(
    `none of ${MOST_DRAWS} objects of the population shows '${wanted}': change its abundances or shapes`,
  );
}

/** LAMOST's name of a position, such as `LAMOST J065548.66+085230.2`. */
export function designation(ra: number, dec: number): string {
  const raHundredths = Math.floor((ra / 15) * 3600 * 100);
  const decTenths = Math.floor(Math.abs(dec) * 3600 * 10);
  return `LAMOST J${sexagesimal(raHundredths, 2)}${dec < 0 ? '-' : '+'}${sexagesimal(decTenths, 1)}`;
}

/** Whole units of the last decimal of seconds as hhmmss.s…, truncated as the IAU asks of names. */
function sexagesimal(units: number, decimals: number): string {
  const perSecond = 10 ** decimals;
  const seconds = Math.floor(units / perSecond);
  const two = (value: number) => String(value).padStart(2, '0');
  const fraction = String(units % perSecond).padStart(decimals, '0');
  return `${two(Math.floor(seconds / 3600))}${two(Math.floor(seconds / 60) % 60)}${two(seconds % 60)}.${fraction}`;
}

import { EMISSION_KINDS, OBJECT_KINDS } from './object-kinds.ts';
import type { ObjectKind } from './object-kinds.ts';
import type { LineShape } from './truth.ts';

/** What a survey points at: plain data, so that it can be stored with a campaign and sent to a worker. */
export interface Population {
  /** Relative abundance of each kind; kinds left out do not occur. */
  readonly abundances: Readonly<Partial<Record<ObjectKind, number>>>;
  /**
   * Relative numbers of the shapes that people see, where the survey was selected for them: objects are drawn until one
   * has the shape that the spectrum's turn calls for. Absent, nature decides.
   */
  readonly shapes?: Readonly<Record<LineShape, number>>;
}

/** Abundances of kinds without emission at rest in a survey like LAMOST: mostly F, G and K stars, and failures. */
const SKY_WITHOUT_EMISSION: Readonly<Partial<Record<ObjectKind, number>>> = {
  'o-star': 0.0007,
  'b-star': 0.0045,
  'a-star': 0.06,
  'f-star': 0.296,
  'g-star': 0.317,
  'k-star': 0.135,
  'm-dwarf': 0.044,
  'white-dwarf': 0.0035,
  galaxy: 0.009,
  quasar: 0.0022,
  'failed-exposure': 0.1,
  'instrument-defect': 0.008,
  'nebula-oversubtracted': 0.003,
};

/** Abundances of emission-line objects relative to each other. */
const SKY_EMISSION: Readonly<Partial<Record<ObjectKind, number>>> = {
  nebula: 19,
  'be-star': 8,
  'weak-be-star': 11,
  'shell-star': 6,
  'p-cygni-star': 1,
  'active-m-dwarf': 12,
  't-tauri-star': 3,
  'cataclysmic-variable': 3,
  'planetary-nebula': 1,
};

/** Share of emission-line objects in the natural sky; in about three of four the emission can be seen. */
export const NATURAL_EMISSION_SHARE = 0.008;

/**
 * The sky of a LAMOST-like survey.
 * @param emissionShare share of objects with Hα emission (seen or not), in [0, 1]
 * @throws RangeError where the share is no number from 0 to 1
 */
export function skyPopulation(emissionShare: number = NATURAL_EMISSION_SHARE): Population {
  if (!(emissionShare >= 0 && emissionShare <= 1)) {
    throw new RangeError(`the share of emission-line objects must lie from 0 to 1, got ${emissionShare}`);
  }
  return {
    abundances: {
      ...scaled(SKY_WITHOUT_EMISSION, 1 - emissionShare),
      ...scaled(SKY_EMISSION, emissionShare),
    },
  };
}

/** Abundances in proportion, with the given sum. */
function scaled(
  abundances: Readonly<Partial<Record<ObjectKind, number>>>,
  total: number,
): Partial<Record<ObjectKind, number>> {
  const sum = Object.values(abundances).reduce((a, b) => a + b, 0);
  return Object.fromEntries(Object.entries(abundances).map(([kind, value]) => [kind, (value * total) / sum]));
}

/** The natural sky. */
export const SKY_POPULATION: Population = skyPopulation();

/**
 * What the Ondřejov telescope observed: bright hot stars, mostly Be stars and their comparisons, in the proportions of
 * shapes of the labelled spectra of Škoda, Podsztavek & Tvrdík (2020, A&A 643, A122): 12 936 in all.
 */
export const ONDREJOV_POPULATION: Population = {
  abundances: {
    'b-star': 0.2128,
    'a-star': 0.1254,
    'o-star': 0.0114,
    'f-star': 0.0152,
    'g-star': 0.0114,
    'k-star': 0.0038,
    'be-star': 0.5766,
    'p-cygni-star': 0.0186,
    't-tauri-star': 0.0248,
  },
  shapes: { absorption: 6102, 'single-peak': 5301, 'double-peak': 1533 },
};

/**
 * Checks a population that was not made here.
 * @throws RangeError where it has unknown kinds, or abundances that are negative or sum to zero
 */
export function checkPopulation(population: Population): void {
  const known: ReadonlySet<string> = new Set(OBJECT_KINDS);
  const weights = Object.entries(population.abundances);
  const unknown = weights.find(([kind]) => !known.has(kind));
  if (unknown !== undefined) {
    throw new RangeError(`'${unknown[0]}' is no kind of object: choose from ${OBJECT_KINDS.join(', ')}`);
  }
  for (const [name, numbers] of [
    ['abundances', weights.map(([, value]) => value)],
    ['shapes', Object.values(population.shapes ?? { any: 1 })],
  ] as const) {
    const sum = numbers.reduce((a, b) => a + b, 0);
    if (!(sum > 0 && Number.isFinite(sum)) || numbers.some((value) => value < 0)) {
      throw new RangeError(`a population's ${name} must be 0 or more and sum to more than 0`);
    }
  }
  const { shapes } = population;
  const wantsEmission = shapes !== undefined && (shapes['single-peak'] > 0 || shapes['double-peak'] > 0);
  if (wantsEmission && !EMISSION_KINDS.some((kind) => (population.abundances[kind] ?? 0) > 0)) {
    throw new RangeError('a population without emission-line objects cannot have emission shapes');
  }
}

import {
  addBeStar,
  addCataclysmicVariable,
  addChromosphericEmission,
  addPCygniStar,
  addTTauriStar,
} from './emission-stars.ts';
import type { ModelLight } from './model-light.ts';
import { addNebularContamination, addPlanetaryNebula } from './nebulae.ts';
import {
  addFailedExposure,
  addGalaxy,
  addInstrumentDefect,
  addMDwarfBands,
  addQuasar,
  addQuietMDwarf,
  addWhiteDwarf,
} from './other-objects.ts';
import { addPhotosphere, typicalRotation } from './photosphere.ts';
import type { SpectralType } from './photosphere.ts';
import type { RandomStream } from './random.ts';

/** Everything that the simulated surveys see. */
export const OBJECT_KINDS = [
  'o-star',
  'b-star',
  'a-star',
  'f-star',
  'g-star',
  'k-star',
  'm-dwarf',
  'white-dwarf',
  'galaxy',
  'quasar',
  'failed-exposure',
  'instrument-defect',
  'nebula-oversubtracted',
  'nebula',
  'be-star',
  'weak-be-star',
  'shell-star',
  'p-cygni-star',
  'active-m-dwarf',
  't-tauri-star',
  'cataclysmic-variable',
  'planetary-nebula',
] as const;

/** One of {@link OBJECT_KINDS}. */
export type ObjectKind = (typeof OBJECT_KINDS)[number];

/** Kinds with Hα emission at rest wavelength, visible or not: what surveys are trawled for. */
export const EMISSION_KINDS: readonly ObjectKind[] = [
  'nebula',
  'be-star',
  'weak-be-star',
  'shell-star',
  'p-cygni-star',
  'active-m-dwarf',
  't-tauri-star',
  'cataclysmic-variable',
  'planetary-nebula',
];

type AddObject = (stream: RandomStream, light: ModelLight, radialVelocity: number) => void;

function normalStar(type: SpectralType): AddObject {
  return (stream, light, radialVelocity) => {
    const rotation = typicalRotation(stream, type);
    // [M/H] of the solar neighbourhood: −0.07 ± 0.15 dex, in natural logarithm.
    const metallicity = Math.exp(stream.normal(-0.15, 0.35));
    addPhotosphere(stream, light, { type, radialVelocity, rotation, metallicity });
  };
}

const ADD_OBJECT: Readonly<Record<ObjectKind, AddObject>> = {
  'o-star': normalStar('O'),
  'b-star': normalStar('B'),
  'a-star': normalStar('A'),
  'f-star': normalStar('F'),
  'g-star': normalStar('G'),
  'k-star': normalStar('K'),
  'm-dwarf': addQuietMDwarf,
  'white-dwarf': addWhiteDwarf,
  galaxy: addGalaxy,
  quasar: addQuasar,
  'failed-exposure': addFailedExposure,
  'instrument-defect': addInstrumentDefect,
  'nebula-oversubtracted': (stream, light, velocity) => addNebularContamination(stream, light, velocity, -1),
  nebula: (stream, light, velocity) => addNebularContamination(stream, light, velocity, 1),
  'be-star': (stream, light, velocity) => addBeStar(stream, light, velocity, 'strong'),
  'weak-be-star': (stream, light, velocity) => addBeStar(stream, light, velocity, 'weak'),
  'shell-star': (stream, light, velocity) => addBeStar(stream, light, velocity, 'shell'),
  'p-cygni-star': addPCygniStar,
  'active-m-dwarf': (stream, light, velocity) => {
    addMDwarfBands(stream, light, velocity, true);
    addChromosphericEmission(stream, light, velocity);
  },
  't-tauri-star': addTTauriStar,
  'cataclysmic-variable': addCataclysmicVariable,
  'planetary-nebula': addPlanetaryNebula,
};

/** Adds the lines of one random object of a kind to featureless light. */
export function addObject(kind: ObjectKind, stream: RandomStream, light: ModelLight, radialVelocity: number): void {
  ADD_OBJECT[kind](stream, light, radialVelocity);
}

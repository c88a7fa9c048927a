import { discProfile } from './disc-profile.ts';
import {
  addGaussian,
  addLine,
  dopplerShifted,
  GRID_COUNT,
  GRID_START,
  GRID_STEP,
  HALPHA,
  SPEED_OF_LIGHT,
  velocityToWidth,
} from './fine-grid.ts';
import type { ModelLight } from './model-light.ts';
import { addPhotosphere } from './photosphere.ts';
import type { SpectralType } from './photosphere.ts';
import type { RandomStream } from './random.ts';
import { HE_I_6678, LI_I_6708 } from './spectral-lines.ts';
import { addProfile, gaussianOf, normalise, profileOf } from './velocity-profile.ts';

/** Velocity by which He I 6678 lies redward of Hα, km/s. */
const HE_I_VELOCITY = ((HE_I_6678 - HALPHA) / HALPHA) * SPEED_OF_LIGHT;

/** Strong discs, weak discs, and discs seen edge-on through their own gas. */
export type BeVariety = 'strong' | 'weak' | 'shell';

/** Median and scatter (natural logarithm) of the discs' Hα equivalent width, and its limits, Å. */
const BE_EMISSION = {
  strong: { median: 11, sigma: 0.95 },
  weak: { median: 3, sigma: 1 },
  least: 0.25,
  greatest: 80,
} as const;

/** Orbital velocity at the surface of a Be star, km/s (Rivinius, Carciofi & Martayan 2013, A&ARv 21, 69). */
const BE_ORBITAL_VELOCITY = { from: 380, to: 560 };
/** Radius of the Hα disc in stellar radii. */
const BE_DISC_RADIUS = { median: 17, sigma: 0.6, least: 2, greatest: 60 };
/** From this inclination on (degrees) a disc can hide its star: a shell star. */
const SHELL_INCLINATION = 72;
const STEEPEST_SHEAR = 3;
const STEEPEST_INCLINATION = 82;
const DEGREE = Math.PI / 180;

interface BeDisc {
  readonly equivalentWidth: number;
  readonly profile: Float64Array;
  /** Narrow absorption core of a shell star; undefined for other stars. */
  readonly core: { readonly depth: number; readonly width: number; readonly velocity: number } | undefined;
  readonly sinInclination: number;
  readonly orbitalVelocity: number;
}

/** Inclination in degrees of a randomly oriented disc: cos i is uniform. */
function inclination(stream: RandomStream): number {
  return Math.acos(stream.uniform()) / DEGREE;
}

function beDisc(stream: RandomStream, weak: boolean): BeDisc {
  const angle = inclination(stream);
  const sinInclination = Math.sin(angle * DEGREE);
  const orbitalVelocity = stream.between(BE_ORBITAL_VELOCITY.from, BE_ORBITAL_VELOCITY.to);
  const { median, sigma, least, greatest } = BE_DISC_RADIUS;
  const discRadius = Math.min(greatest, Math.max(least, stream.logNormal(median, sigma)));
  const emission = BE_EMISSION[weak ? 'weak' : 'strong'];
  const equivalentWidth = Math.min(
    BE_EMISSION.greatest,
    Math.max(BE_EMISSION.least, stream.logNormal(emission.median, emission.sigma)),
  );
  const opticallyThick = stream.chance(0.5);
  const steepness = sinInclination * Math.tan(Math.min(angle, STEEPEST_INCLINATION) * DEGREE);
  let profile = discProfile({
    outerVelocity: Math.max((orbitalVelocity / Math.sqrt(discRadius)) * sinInclination, 5),
    innerRadius: 1 / discRadius,
    emissivityIndex: stream.between(1.2, 2.4),
    shear: opticallyThick ? Math.min(STEEPEST_SHEAR, steepness) : 0,
    waveAmplitude: Math.min(0.7, Math.abs(stream.normal(0, 0.25))),
    wavePhase: stream.between(0, 2 * Math.PI),
    turbulence: Math.hypot(20, stream.between(10, 60)),
  });
  if (stream.chance(0.85)) profile = withElectronScattering(stream, profile);
  const isShell = angle > SHELL_INCLINATION && stream.chance(0.6);
  const core = isShell
    ? { depth: stream.between(0.15, 0.9), width: stream.between(12, 40), velocity: stream.normal(0, 12) }
    : undefined;
  return { equivalentWidth, profile, core, sinInclination, orbitalVelocity };
}

/** Free electrons of the disc scatter part of the line into broad wings (Poeckert & Marlborough 1979, ApJ 233, 259). */
function withElectronScattering(stream: RandomStream, profile: Float64Array): Float64Array {
  const sigma = stream.between(90, 320);
  const scattered = stream.between(0.2, 0.8);
  const wings = normalise(profileOf((velocity) => gaussianOf(velocity, sigma)));
  return profile.map((value, index) => (1 - scattered) * value + scattered * wings[index]!);
}

function hotStarType(stream: RandomStream): SpectralType {
  if (stream.chance(0.8)) return 'B';
  return stream.chance(0.6) ? 'A' : 'O';
}

function addHeliumEmission(
  stream: RandomStream,
  light: ModelLight,
  profile: Float64Array,
  radialVelocity: number,
): void {
  addProfile(light.otherLines, profile, radialVelocity + HE_I_VELOCITY, 3 * stream.between(0.02, 0.2));
}

/** A classical Be star: a fast rotator with a Keplerian decretion disc. */
export function addBeStar(stream: RandomStream, light: ModelLight, radialVelocity: number, variety: BeVariety): void {
  let disc = beDisc(stream, variety === 'weak');
  while (variety === 'shell' && disc.core === undefined) disc = beDisc(stream, true);
  const type = hotStarType(stream);
  const rotation = disc.orbitalVelocity * disc.sinInclination * stream.between(0.55, 0.95);
  addPhotosphere(stream, light, { type, radialVelocity, rotation });
  addProfile(light.halphaEmission, disc.profile, radialVelocity, disc.equivalentWidth);
  light.hasHalpha = true;
  if (disc.core !== undefined) {
    const { depth, width, velocity } = disc.core;
    const height = greatest(light.halphaEmission);
    const centre = dopplerShifted(HALPHA, radialVelocity + velocity);
    addGaussian(light.halphaEmission, centre, velocityToWidth(width, HALPHA), -depth * (1 + 0.3 * height));
  }
  if (type === 'B' && stream.chance(0.25)) addHeliumEmission(stream, light, disc.profile, radialVelocity);
}

/** A hot supergiant with a P Cygni profile: emission at rest, absorption by the wind that moves towards us. */
export function addPCygniStar(stream: RandomStream, light: ModelLight, radialVelocity: number): void {
  const { equivalentWidth, sinInclination, orbitalVelocity, profile: discLike } = beDisc(stream, false);
  const type = hotStarType(stream);
  const rotation = orbitalVelocity * sinInclination * stream.between(0.55, 0.95);
  addPhotosphere(stream, light, { type, radialVelocity, rotation });
  const windVelocity = stream.between(120, 700);
  const shift = stream.between(0, 40);
  const sigma = stream.between(60, 200);
  const emission = normalise(profileOf((velocity) => gaussianOf(velocity - shift, sigma)));
  addProfile(light.halphaEmission, emission, radialVelocity, 0.6 * equivalentWidth);
  const absorptionCentre = dopplerShifted(HALPHA, radialVelocity - 0.6 * windVelocity);
  const absorptionSigma = velocityToWidth(0.3 * windVelocity, HALPHA);
  addGaussian(light.halphaEmission, absorptionCentre, absorptionSigma, -stream.between(0.15, 0.8));
  light.hasHalpha = true;
  if (type === 'B' && stream.chance(0.25)) addHeliumEmission(stream, light, discLike, radialVelocity);
}

/** A classical T Tauri star: broad accretion emission, often with blueshifted wind absorption, and lithium. */
export function addTTauriStar(stream: RandomStream, light: ModelLight, radialVelocity: number): void {
  addPhotosphere(stream, light, { type: stream.pick(['G', 'K']), radialVelocity, rotation: 20 });
  const equivalentWidth = stream.logNormal(12, 0.9);
  const sigma = stream.between(60, 220);
  const windDepth = stream.chance(0.4) ? stream.between(0, 0.6) : 0;
  const windVelocity = stream.between(-200, 30);
  const windSigma = stream.between(30, 90);
  const profile = profileOf(
    (velocity) => gaussianOf(velocity, sigma) * (1 - windDepth * gaussianOf(velocity - windVelocity, windSigma)),
  );
  addProfile(light.halphaEmission, normalise(profile), radialVelocity, equivalentWidth);
  light.hasHalpha = true;
  addGaussian(light.otherLines, dopplerShifted(LI_I_6708, radialVelocity), 0.5, -stream.between(0.1, 0.4));
}

/** A cataclysmic variable: a small, fast accretion disc with broad, often double-peaked lines and no photosphere. */
export function addCataclysmicVariable(stream: RandomStream, light: ModelLight, radialVelocity: number): void {
  const angle = inclination(stream);
  const sinInclination = Math.sin(angle * DEGREE);
  const outerVelocity = Math.max(stream.between(350, 800) * sinInclination, 30);
  const innerRadius = stream.between(0.03, 0.12);
  const emissivityIndex = stream.between(0.8, 1.8);
  const steepness = sinInclination * Math.tan(Math.min(angle, 84) * DEGREE);
  const profile = discProfile({
    outerVelocity,
    innerRadius,
    emissivityIndex,
    shear: stream.chance(0.5) ? Math.min(4, steepness) : 0,
    waveAmplitude: Math.abs(stream.normal(0, 0.12)),
    wavePhase: stream.between(0, 2 * Math.PI),
    turbulence: 60,
  });
  addProfile(light.halphaEmission, profile, radialVelocity, stream.logNormal(40, 0.6));
  light.hasHalpha = true;
  addScaledCopy(light.otherLines, light.halphaEmission, HE_I_6678 / HALPHA, stream.between(0.02, 0.2));
}

/** A magnetically active M dwarf's narrow emission, on a continuum that is already its own. */
export function addChromosphericEmission(stream: RandomStream, light: ModelLight, radialVelocity: number): void {
  const equivalentWidth = Math.min(20, Math.max(0.4, stream.logNormal(2.8, 0.7)));
  addLine(light.halphaEmission, dopplerShifted(HALPHA, radialVelocity), stream.between(0.5, 1.1), equivalentWidth);
  light.hasHalpha = true;
}

function greatest(values: Float64Array): number {
  let greatestSoFar = -Infinity;
  for (const value of values) if (value > greatestSoFar) greatestSoFar = value;
  return greatestSoFar;
}

/** Adds `height` times a line profile, moved in wavelength by a factor, to `target`. */
function addScaledCopy(target: Float64Array, profile: Float64Array, factor: number, height: number): void {
  for (let index = 0; index < GRID_COUNT; index++) {
    const at = ((GRID_START + index * GRID_STEP) / factor - GRID_START) / GRID_STEP;
    const left = Math.floor(at);
    if (left < 0 || left >= GRID_COUNT - 1) continue;
    const fraction = at - left;
    target[index]! += height * ((1 - fraction) * profile[left]! + fraction * profile[left + 1]!);
  }
}

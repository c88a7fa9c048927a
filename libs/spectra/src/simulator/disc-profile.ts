import { broadened, normalise, VELOCITY_COUNT, VELOCITY_LIMIT, VELOCITY_STEP } from './velocity-profile.ts';

/** A flat Keplerian disc of line-emitting gas, seen at some inclination. */
export interface KeplerianDisc {
  /** Projected velocity v·sin i of the outer edge, km/s: the peaks of an optically thin disc lie near ± this. */
  readonly outerVelocity: number;
  /** Inner radius over outer radius, in (0, 1). */
  readonly innerRadius: number;
  /** The emissivity falls as radius^−emissivityIndex. */
  readonly emissivityIndex: number;
  /** Strength of anisotropic escape from the sheared, optically thick disc (sin i · tan i); 0 is optically thin. */
  readonly shear: number;
  /** Amplitude of a one-armed (m = 1) density wave, in [0, 1): makes V/R asymmetry. */
  readonly waveAmplitude: number;
  /** Azimuth of the wave, rad. */
  readonly wavePhase: number;
  /** Local (thermal, turbulent) broadening, standard deviation in km/s. */
  readonly turbulence: number;
}

const RING_COUNT = 36;
const SECTOR_COUNT = 120;
const SECTOR_AZIMUTHS = Float64Array.from({ length: SECTOR_COUNT }, (_, k) => ((k + 0.5) * 2 * Math.PI) / SECTOR_COUNT);
const SECTOR_SINES = SECTOR_AZIMUTHS.map(Math.sin);
const SECTOR_DOUBLE_SINES = SECTOR_AZIMUTHS.map((azimuth) => Math.sin(2 * azimuth));

/**
 * Line profile of a Keplerian disc, unit area in km/s.
 *
 * Huang (1972, ApJ 171, 549) and Smak (1969, Acta Astron. 19, 155; 1981, ibid. 31, 395) give it as
 * F(u) ∝ ∫ r^(3/2−α) dr / √(1 − u²r), u = v/v_out. Here it is the equivalent sum over rings and sectors of the disc, so that
 * the density wave behind V/R variations (Okazaki 1991, PASJ 43, 75) and the direction-dependent escape of light from a
 * sheared disc (Horne & Marsh 1986, MNRAS 218, 761) can be part of it.
 */
export function discProfile(disc: KeplerianDisc): Float64Array {
  const sectorWeights = new Float64Array(SECTOR_COUNT);
  for (let k = 0; k < SECTOR_COUNT; k++) {
    const wave = 1 + disc.waveAmplitude * Math.cos(SECTOR_AZIMUTHS[k]! - disc.wavePhase);
    sectorWeights[k] = wave * Math.hypot(1, disc.shear * SECTOR_DOUBLE_SINES[k]!);
  }
  const histogram = new Float64Array(VELOCITY_COUNT);
  const logInner = Math.log(disc.innerRadius);
  for (let ring = 0; ring < RING_COUNT; ring++) {
    const radius = Math.exp(logInner * (1 - ring / (RING_COUNT - 1)));
    const binsAtRing = disc.outerVelocity / Math.sqrt(radius) / VELOCITY_STEP;
    // One power of the radius more than ∫ r dr has: the rings are spaced evenly in ln r.
    const ringWeight = radius ** (2 - disc.emissivityIndex);
    for (let k = 0; k < SECTOR_COUNT; k++) {
      const bin = Math.round(binsAtRing * SECTOR_SINES[k]! + VELOCITY_LIMIT / VELOCITY_STEP);
      if (bin >= 0 && bin < VELOCITY_COUNT) histogram[bin]! += ringWeight * sectorWeights[k]!;
    }
  }
  return normalise(broadened(histogram, disc.turbulence));
}

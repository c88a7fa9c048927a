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

/** Fewest rings; fast, quiet discs need more, or the peaks of single rings would show. */
const FEWEST_RINGS = 36;
/** Fewest and most sectors of a ring: adjacent ones must not differ by more than the turbulence, or they would show. */
const FEWEST_SECTORS = 120;
const MOST_SECTORS = 1920;

interface Sectors {
  readonly azimuths: Float64Array;
  readonly sines: Float64Array;
  /** Sines of the doubled azimuths: where the line-of-sight shear is greatest. */
  readonly doubleSines: Float64Array;
}

/** Rings cut into FEWEST_SECTORS × 2^k sectors, for every k that occurs. */
const SECTORS: readonly Sectors[] = Array.from({ length: Math.log2(MOST_SECTORS / FEWEST_SECTORS) + 1 }, (_, k) => {
  const count = FEWEST_SECTORS * 2 ** k;
  const azimuths = Float64Array.from({ length: count }, (_sector, sector) => ((sector + 0.5) * 2 * Math.PI) / count);
  return { azimuths, sines: azimuths.map(Math.sin), doubleSines: azimuths.map((azimuth) => Math.sin(2 * azimuth)) };
});

function sectorsFor({ outerVelocity, innerRadius, turbulence }: KeplerianDisc): Sectors {
  const fastest = Math.min(VELOCITY_LIMIT, outerVelocity / Math.sqrt(innerRadius));
  const needed = (2 * Math.PI * fastest) / turbulence;
  return SECTORS.find(({ azimuths }) => azimuths.length >= needed) ?? SECTORS.at(-1)!;
}

/**
 * Line profile of a Keplerian disc, unit area in km/s.
 *
 * Huang (1972, ApJ 171, 549) and Smak (1969, Acta Astron. 19, 155; 1981, ibid. 31, 395) give it as
 * F(u) ∝ ∫ r^(3/2−α) dr / √(1 − u²r), u = v/v_out. Here it is the equivalent sum over rings and sectors of the disc, so that
 * the density wave behind V/R variations (Okazaki 1991, PASJ 43, 75) and the direction-dependent escape of light from a
 * sheared disc (Horne & Marsh 1986, MNRAS 218, 761) can be part of it.
 */
export function discProfile(disc: KeplerianDisc): Float64Array {
  const { azimuths, sines, doubleSines } = sectorsFor(disc);
  const sectorWeights = azimuths.map((azimuth, sector) => {
    const wave = 1 + disc.waveAmplitude * Math.cos(azimuth - disc.wavePhase);
    const shear = disc.shear * doubleSines[sector]!;
    return wave * Math.sqrt(1 + shear * shear);
  });
  const histogram = new Float64Array(VELOCITY_COUNT);
  const logInner = Math.log(disc.innerRadius);
  const rings = Math.max(FEWEST_RINGS, Math.ceil((-logInner * disc.outerVelocity) / disc.turbulence));
  for (let ring = 0; ring < rings; ring++) {
    const radius = Math.exp(logInner * (1 - ring / (rings - 1)));
    const binsAtRing = disc.outerVelocity / Math.sqrt(radius) / VELOCITY_STEP;
    // One power of the radius more than ∫ r dr has: the rings are spaced evenly in ln r.
    const ringWeight = radius ** (2 - disc.emissivityIndex);
    for (let sector = 0; sector < sines.length; sector++) {
      const bin = Math.round(binsAtRing * sines[sector]! + VELOCITY_LIMIT / VELOCITY_STEP);
      if (bin >= 0 && bin < VELOCITY_COUNT) histogram[bin]! += ringWeight * sectorWeights[sector]!;
    }
  }
  return normalise(broadened(histogram, disc.turbulence));
}

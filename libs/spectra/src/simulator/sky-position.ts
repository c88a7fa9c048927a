import { clamp } from './instrument.ts';
import type { Instrument } from './instrument.ts';
import type { ObjectKind } from './object-kinds.ts';
import type { RandomStream } from './random.ts';

/** Where an object stands, ICRS degrees. */
export interface SkyPosition {
  /** In [0, 360). */
  readonly ra: number;
  readonly dec: number;
}

/**
 * Typical distance from the Galactic plane as seen from here, degrees: young objects lie in it. Kinds left out are spread
 * over the whole sky.
 */
const GALACTIC_LATITUDE_SCALE: Readonly<Partial<Record<ObjectKind, number>>> = {
  'o-star': 3,
  'b-star': 7,
  'be-star': 5,
  'weak-be-star': 6,
  'shell-star': 6,
  'p-cygni-star': 2,
  nebula: 3,
  'nebula-oversubtracted': 4,
  'planetary-nebula': 8,
  't-tauri-star': 10,
  'a-star': 15,
  'f-star': 25,
  'g-star': 30,
  'k-star': 30,
};

const DEGREE = Math.PI / 180;
const MOST_LATITUDE = 89;

/** North Galactic pole and ascending node of the Galactic plane, J2000 (ESA 1997, SP-1200, section 1.5.3). */
const GALACTIC_POLE = { ra: 192.85948 * DEGREE, dec: 27.12825 * DEGREE };
const GALACTIC_NODE = 32.93192 * DEGREE;

/** A random position of a kind of object within the instrument's reach. */
export function skyPosition(stream: RandomStream, kind: ObjectKind, { declinations }: Instrument): SkyPosition {
  const scale = GALACTIC_LATITUDE_SCALE[kind];
  for (;;) {
    const longitude = stream.between(0, 360);
    const latitude =
      scale === undefined
        ? Math.asin(stream.between(-1, 1)) / DEGREE
        : clamp(stream.exponential(scale), 0, MOST_LATITUDE) * (stream.chance(0.5) ? 1 : -1);
    const position = fromGalactic(longitude, latitude);
    if (position.dec >= declinations.from && position.dec <= declinations.to) return position;
  }
}

/** Equatorial position (ICRS degrees) of Galactic longitude and latitude in degrees. */
export function fromGalactic(longitude: number, latitude: number): SkyPosition {
  const l = longitude * DEGREE - GALACTIC_NODE;
  const b = latitude * DEGREE;
  const { sin, cos } = Math;
  const sinDec = sin(b) * sin(GALACTIC_POLE.dec) + cos(b) * cos(GALACTIC_POLE.dec) * sin(l);
  const y = cos(b) * cos(l);
  const x = sin(b) * cos(GALACTIC_POLE.dec) - cos(b) * sin(GALACTIC_POLE.dec) * sin(l);
  const ra = (Math.atan2(y, x) + GALACTIC_POLE.ra) / DEGREE;
  return { ra: ((ra % 360) + 360) % 360, dec: Math.asin(clamp(sinDec, -1, 1)) / DEGREE };
}

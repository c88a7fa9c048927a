/** Where a spectrum comes from. `other` is any plain spectrum whose survey the file does not tell. */
export const SURVEYS = ['lamost', 'ondrejov', 'sdss', 'indo-us', 'bess', 'other'] as const;

/** One of {@link SURVEYS}. */
export type Survey = (typeof SURVEYS)[number];

/** Whether wavelengths are those measured in air, or in vacuum. */
export type Medium = 'air' | 'vacuum';

/** What the survey's file says about a spectrum; null where it says nothing. */
export interface SpectrumMetadata {
  /** The survey's name for the target, such as `LAMOST J065548.66+085230.2`. */
  readonly designation: string | null;
  /** The survey's number or identifier of the observation. */
  readonly obsid: string | null;
  /** Name of the object in the input catalogue or in the observer's words. */
  readonly objectName: string | null;
  /** Right ascension in degrees, ICRS (FK5 J2000 positions are taken as ICRS: they differ by less than 0.1″). */
  readonly ra: number | null;
  /** Declination in degrees, ICRS. */
  readonly dec: number | null;
  /** Signal to noise per pixel in the r band, as the survey states it. */
  readonly snr: number | null;
  /** The survey pipeline's class, such as `STAR`. */
  readonly class: string | null;
  /** The survey pipeline's subclass or the spectral type, such as `A0V`. */
  readonly subclass: string | null;
  readonly redshift: number | null;
  /** Modified Julian Date (UTC) in days: of the middle of the observation where the file states it, else of its start. */
  readonly mjd: number | null;
  /** Data release, such as `LAMOST DR10`. */
  readonly release: string | null;
  /** LAMOST's plan or SDSS's plate. */
  readonly plate: string | null;
  /** The night in the survey's archive: LAMOST's local Modified Julian Day, SDSS's MJD. */
  readonly night: number | null;
  readonly spectrograph: number | null;
  readonly fiber: number | null;
}

/** Metadata of a spectrum whose file says nothing, to spread into what it does say. */
export const NO_METADATA: SpectrumMetadata = {
  designation: null,
  obsid: null,
  objectName: null,
  ra: null,
  dec: null,
  snr: null,
  class: null,
  subclass: null,
  redshift: null,
  mjd: null,
  release: null,
  plate: null,
  night: null,
  spectrograph: null,
  fiber: null,
};

/** A spectrum at the survey's resolution. Its arrays are as long as each other and are not to be changed. */
export interface Spectrum {
  /** Unique in its pool: the file name without `.fits` and `.gz`, with `#row` where a table holds several. */
  readonly id: string;
  readonly survey: Survey;
  /** Å, strictly ascending. */
  readonly wavelength: Float64Array;
  readonly medium: Medium;
  /** In the survey's units; NaN where the survey has no value. */
  readonly flux: Float64Array;
  /** One standard deviation in the units of the flux; NaN where unknown. */
  readonly uncertainty?: Float64Array;
  /** 1 where the survey warns of the pixel, else 0. */
  readonly mask?: Uint8Array;
  readonly metadata: SpectrumMetadata;
}

import type { FitsHeader } from '../fits/header.ts';
import { NO_METADATA } from '../spectrum.ts';
import type { SpectrumMetadata } from '../spectrum.ts';
import { mjdOfDate, number, text } from './header-metadata.ts';

/** Whether a primary header is one of LAMOST's. */
export function isLamost(header: FitsHeader): boolean {
  return (header.string('TELESCOP') ?? header.string('ORIGIN') ?? '').toUpperCase().includes('LAMOST');
}

/** What LAMOST's primary header says, in the words of any of its data releases. */
export function lamostMetadata(header: FitsHeader): SpectrumMetadata {
  return {
    ...NO_METADATA,
    designation: text(header, 'DESIG'),
    obsid: text(header, 'OBSID'),
    objectName: text(header, 'OBJNAME'),
    ra: number(header, 'RA'),
    dec: number(header, 'DEC'),
    snr: number(header, 'SNRR', 'SN_R'),
    class: text(header, 'CLASS'),
    subclass: text(header, 'SUBCLASS'),
    redshift: number(header, 'Z'),
    mjd: mjdOfDate(header.string('DATE-OBS')),
    release: text(header, 'DATA_V'),
    plate: text(header, 'PLANID'),
    night: number(header, 'LMJD'),
    spectrograph: number(header, 'SPID'),
    fiber: number(header, 'FIBERID'),
  };
}

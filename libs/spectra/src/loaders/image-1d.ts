import type { FitsHeader } from '../fits/header.ts';
import type { FitsImage } from '../fits/image.ts';
import type { FitsFile } from '../fits/read.ts';
import { NO_METADATA } from '../spectrum.ts';
import type { Medium, SpectrumMetadata, Survey } from '../spectrum.ts';
import { UnusableInput } from '../unusable-input.ts';
import { angle, HOUR, mjdOfDate, number, text } from './header-metadata.ts';
import type { LoadContext, SpectrumLoader } from './loader.ts';
import { logLinearWavelength } from './log-linear.ts';
import { arrangePixels } from './pixels.ts';
import { angstromsOf } from './wavelength-unit.ts';

/** A spectrum as an image of one axis with a wavelength scale in the header: Indo-US, BeSS and many others. */
export const image1d: SpectrumLoader = {
  name: 'image-1d',
  survey: 'other',
  describes: 'One-dimensional image with CRVAL1 and CDELT1 or CD1_1 (Indo-US, BeSS; air unless the header says vacuum)',
  recognises: (fits) => findImage(fits) !== undefined,
  load(fits, context) {
    const image = findImage(fits)!;
    const { header } = image;
    const pixels = arrangePixels(
      { wavelength: headerWavelength(image, context), flux: image.values() },
      { file: context.path, hdu: image.index },
    );
    const survey = surveyOf(header);
    return [{ id: context.id, survey, medium: mediumOf(header), ...pixels, metadata: metadataOf(header, survey) }];
  },
};

/** The first image with one axis (further ones of length 1 do not count) and the scale of that axis. */
function findImage(fits: FitsFile): FitsImage | undefined {
  return fits.hdus.find(
    (hdu): hdu is FitsImage =>
      hdu.kind === 'image' &&
      hdu.axes.length > 0 &&
      hdu.axes.slice(1).every((length) => length === 1) &&
      hdu.header.number('CRVAL1') !== undefined &&
      stepOf(hdu.header) !== undefined,
  );
}

function stepOf(header: FitsHeader): number | undefined {
  const step = header.number('CDELT1');
  // IRAF writes CDELT1 = 1 beside a CD1_1 that counts.
  return header.number('CD1_1') ?? step;
}

/** Wavelengths by the linear, log10-linear (IRAF's DC-FLAG) or ln-linear (Greisen et al. 2006) scale of the header. */
function headerWavelength({ header, axes, index }: FitsImage, { path }: LoadContext): Float64Array {
  const where = { file: path, hdu: index };
  const start = header.number('CRVAL1')!;
  const step = stepOf(header)!;
  const reference = header.number('CRPIX1') ?? 1;
  const pixels = axes[0]!;
  const type = (header.string('CTYPE1') ?? '').trim().toUpperCase();
  if (!WAVELENGTH_TYPE.test(type)) {
    const message = `CTYPE1 is '${type}', which is no scale of wavelength known here: resample it to a linear one`;
    throw new UnusableInput('unknown-format', message, where);
  }
  if (header.number('DC-FLAG') === 1) {
    return logLinearWavelength({ start: start + (1 - reference) * step, step, pixels });
  }
  const unit = header.string('CUNIT1') ?? impliedUnit(start);
  const scale = angstromsOf(unit);
  if (scale === undefined) {
    const message = `CUNIT1 is '${unit}', which is no known unit of wavelength: use Angstrom or nm`;
    throw new UnusableInput('bad-wavelength', message, where);
  }
  const wavelengthAt = type.endsWith('-LOG')
    ? (distance: number) => start * Math.exp((step * distance) / start)
    : (distance: number) => start + step * distance;
  return Float64Array.from({ length: pixels }, (_, pixel) => scale * wavelengthAt(pixel + 1 - reference));
}

const WAVELENGTH_TYPE = /^(|LINEAR|WAVE|AWAV|LAMBDA|WAVELENGTH|WAVE-LOG|AWAV-LOG)$/;

/** The unit where the header has none: the one that makes the first wavelength visible light. */
function impliedUnit(start: number): string {
  if (start > 1000) return 'Angstrom';
  return start > 100 ? 'nm' : 'um';
}

function mediumOf(header: FitsHeader): Medium {
  const stated = header.string('AIRORVAC')?.trim().toUpperCase() ?? '';
  if (stated.startsWith('VAC')) return 'vacuum';
  if (stated.startsWith('AIR')) return 'air';
  const vacuum = header.get('VACUUM');
  if (typeof vacuum === 'boolean') return vacuum ? 'vacuum' : 'air';
  // WAVE is vacuum and AWAV is air by the standard (Greisen et al. 2006); other optical spectra are given in air.
  return /^WAVE($|-)/.test((header.string('CTYPE1') ?? '').trim()) ? 'vacuum' : 'air';
}

function surveyOf(header: FitsHeader): Survey {
  if (header.cards.some(({ keyword }) => keyword.startsWith('BSS_'))) return 'bess';
  if (header.has('PICKTYPE') && header.has('HDNAME')) return 'indo-us';
  return 'other';
}

function metadataOf(header: FitsHeader, survey: Survey): SpectrumMetadata {
  const indoUs = survey === 'indo-us';
  return {
    ...NO_METADATA,
    designation: text(header, 'HDNAME'),
    objectName: text(header, 'OBJNAME', 'OBJECT'),
    ra: indoUs ? angle(header, 'OBJRA', HOUR) : angle(header, 'RA', HOUR),
    dec: indoUs ? angle(header, 'OBJDEC') : angle(header, 'DEC'),
    subclass: text(header, 'SPTYPE'),
    mjd: number(header, 'MJD-OBS') ?? mjdOfDate(header.string('DATE-OBS')),
  };
}

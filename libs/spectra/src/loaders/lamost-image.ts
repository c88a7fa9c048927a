import type { FitsHeader } from '../fits/header.ts';
import type { FitsImage } from '../fits/image.ts';
import type { FitsNumbers } from '../fits/numbers.ts';
import type { FitsFile } from '../fits/read.ts';
import type { Spectrum } from '../spectrum.ts';
import { UnusableInput } from '../unusable-input.ts';
import { isLamost, lamostMetadata } from './lamost-metadata.ts';
import type { LoadContext, SpectrumLoader } from './loader.ts';
import { logLinearWavelength } from './log-linear.ts';
import { arrangePixels } from './pixels.ts';

/** Rows of LAMOST's images. */
const FLUX_ROW = 0;
const INVERSE_VARIANCE_ROW = 1;
const WAVELENGTH_ROW = 2;
const AND_MASK_ROW = 3;
const ROWS = 5;

/** LAMOST DR1: row 2 of the image is the subcontinuum, so that wavelengths come from the header. */
export const lamostDr1Image: SpectrumLoader = {
  name: 'lamost-dr1-image',
  survey: 'lamost',
  describes: 'LAMOST DR1 low-resolution image of five rows, wavelengths (vacuum) from the header',
  recognises: (fits) => isLamostImage(fits) && !statesWavelengthRow(fits.hdus[0].header),
  load: (fits, context) => load(fits, context, (image) => headerWavelength(image, context)),
};

/** LAMOST DR2 to DR7: row 2 of the image holds the wavelengths, as EXTEN0 says. */
export const lamostDr2Image: SpectrumLoader = {
  name: 'lamost-dr2-image',
  survey: 'lamost',
  describes: 'LAMOST DR2 low-resolution image of five rows, wavelengths (vacuum) in row 2',
  recognises: (fits) => isLamostImage(fits) && statesWavelengthRow(fits.hdus[0].header),
  load: (fits, context) => load(fits, context, (image) => imageRow(image, WAVELENGTH_ROW)),
};

function isLamostImage({ hdus: [primary] }: FitsFile): boolean {
  return primary.kind === 'image' && primary.axes.length === 2 && primary.axes[1] === ROWS && isLamost(primary.header);
}

function statesWavelengthRow(header: FitsHeader): boolean {
  const rows = (header.string('EXTEN0') ?? '').split(/[\s,]+/);
  return rows[WAVELENGTH_ROW]?.toLowerCase() === 'wavelength';
}

function load(fits: FitsFile, context: LoadContext, wavelength: (image: FitsImage) => FitsNumbers): Spectrum[] {
  const image = fits.hdus[0] as FitsImage;
  const pixels = arrangePixels(
    {
      wavelength: wavelength(image),
      flux: imageRow(image, FLUX_ROW),
      inverseVariance: imageRow(image, INVERSE_VARIANCE_ROW),
      flags: imageRow(image, AND_MASK_ROW),
    },
    { file: context.path, hdu: 0 },
  );
  const metadata = lamostMetadata(image.header);
  return [{ id: context.id, survey: 'lamost', medium: 'vacuum', ...pixels, metadata }];
}

function imageRow(image: FitsImage, row: number): FitsNumbers {
  const width = image.axes[0]!;
  return image.values(row * width, (row + 1) * width);
}

function headerWavelength({ header, axes }: FitsImage, { path }: LoadContext): FitsNumbers {
  const start = header.number('COEFF0') ?? header.number('CRVAL1');
  const step = header.number('COEFF1') ?? header.number('CD1_1');
  if (start === undefined || step === undefined) {
    const message = 'The header has neither COEFF0 and COEFF1 nor CRVAL1 and CD1_1: wavelengths are unknown';
    throw new UnusableInput('bad-wavelength', message, { file: path, hdu: 0 });
  }
  // COEFF0 is of the first pixel by definition, CRVAL1 of pixel CRPIX1.
  const reference = header.has('COEFF0') ? 1 : (header.number('CRPIX1') ?? 1);
  return logLinearWavelength({ start: start + (1 - reference) * step, step, pixels: axes[0]! });
}

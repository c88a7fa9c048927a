import { FileKind } from './file-kind.ts';
import type { PoolFileWriter } from './file-kind.ts';
import type { ByteSink, ByteSource } from './parquet/byte-source.ts';
import { float32List, float64List, optional, string } from './parquet/schema.ts';
import type { TableInput } from './parquet/schema.ts';
import { PoolError } from './pool-error.ts';

/** Rows of a row group: about 20 MB, of which a look-up reads only pages. */
const GROUP_ROWS = 512;

/** What wavelengths are measured in. */
export type Medium = 'air' | 'vacuum';

/** What a spectra file says about itself. */
export interface SpectraDescription {
  pool: string;
  /** The shard whose rows these are, in the same order. */
  shard: number;
}

const SPECTRA_SCHEMA = {
  id: string,
  /** Å, ascending. */
  wavelength: float64List,
  /** As the survey gives it, one value a wavelength. */
  flux: float32List,
  /** One standard deviation of the flux, where the survey gives it. */
  uncertainty: optional(float32List),
  medium: string,
};

export type SpectraSchema = typeof SPECTRA_SCHEMA;
/** Rows to write, by column, in the order of the shard's rows. */
export type SpectraRows = TableInput<SpectraSchema>;

/** One spectrum at full resolution. */
export interface FullSpectrum {
  id: string;
  /** Å. */
  wavelength: Float64Array;
  flux: Float32Array;
  uncertainty: Float32Array | null;
  medium: Medium;
}

const spectra = new FileKind<SpectraSchema, SpectraDescription>({
  kind: 'spectra',
  schema: () => SPECTRA_SCHEMA,
  describe: (fields) => ({ pool: fields.string('pool'), shard: fields.count('shard') }),
  sortedById: true,
  checkRows: checkSpectra,
  groupRows: GROUP_ROWS,
});

/** The spectra of a shard as the bytes of one file. Errors: PoolError 'invalid-rows'. */
export const writeSpectra = (rows: SpectraRows, description: SpectraDescription): Promise<Uint8Array<ArrayBuffer>> =>
  spectra.write(rows, description);

/** A writer for spectra that do not fit in memory. */
export const spectraWriter = (
  sink: ByteSink,
  description: SpectraDescription,
): PoolFileWriter<SpectraSchema, SpectraDescription> => spectra.writer(sink, description);

/** Reads the spectrum of one row, a few pages of the file. Errors: PoolError 'row-range' and those of any read. */
export async function readSpectrum(source: ByteSource, row: number): Promise<FullSpectrum> {
  const [spectrum] = await readSpectra(source, [row]);
  return spectrum!;
}

/** Reads the spectra of some rows, in the order given. */
export async function readSpectra(source: ByteSource, rows: readonly number[]): Promise<FullSpectrum[]> {
  const file = await spectra.open(source);
  const data = await file.read({ rows });
  return data.id.map((id, i) => ({
    id,
    wavelength: data.wavelength[i]!,
    flux: data.flux[i]!,
    uncertainty: data.uncertainty[i]!,
    medium: data.medium[i] === 'air' ? 'air' : 'vacuum',
  }));
}

function checkSpectra(rows: SpectraRows): void {
  for (let i = 0; i < rows.id.length; i++) {
    const points = rows.wavelength[i]?.length;
    const uncertainty = rows.uncertainty[i];
    if (rows.flux[i]?.length !== points || (uncertainty && uncertainty.length !== points)) {
      throw new PoolError(
        'invalid-rows',
        `Spectrum ${rows.id[i]}: ${points} wavelengths, ${rows.flux[i]?.length} fluxes` +
          `${uncertainty ? `, ${uncertainty.length} uncertainties` : ''}; each point needs one of each.`,
      );
    }
    if (rows.medium[i] !== 'air' && rows.medium[i] !== 'vacuum') {
      throw new PoolError(
        'invalid-rows',
        `Spectrum ${rows.id[i]}: medium must be air or vacuum, not ${rows.medium[i]}.`,
      );
    }
  }
}

import type { FitsFile } from '../fits/read.ts';
import type { Spectrum, Survey } from '../spectrum.ts';

/** What a loader is told beside the file. */
export interface LoadContext {
  /** The file, as the caller named it, for messages. */
  readonly path: string;
  /** Id of the file's spectrum; loaders append `#row` where there are several. */
  readonly id: string;
}

/** Reads the spectra of one kind of survey file. */
export interface SpectrumLoader {
  /** Name by which callers choose it. */
  readonly name: string;
  /** The survey whose files these are; loaders of plain images tell it from the header. */
  readonly survey: Survey;
  /** The layout in one sentence, for lists of loaders. */
  readonly describes: string;
  /** Whether the file is laid out so. Never throws. */
  recognises(fits: FitsFile): boolean;
  /**
   * The spectra of a file that was recognised.
   * @throws UnusableInput, or a FitsError that the caller turns into one
   */
  load(fits: FitsFile, context: LoadContext): Spectrum[];
}

export type { Card, CardValue, Complex } from './fits/card.ts';
export { FitsError } from './fits/fits-error.ts';
export type { FitsErrorReason, FitsPlace } from './fits/fits-error.ts';
export { writeFits } from './fits/write.ts';
export type {
  Bitpix,
  FitsColumnData,
  FitsColumnInput,
  FitsHduInput,
  FitsImageInput,
  FitsNumbers,
  FitsTableInput,
} from './fits/write.ts';

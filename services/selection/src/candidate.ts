/** A spectrum of the catalogue. Fields that the survey does not state are null. */
export interface Candidate {
  spectrumId: string;
  class: string;
  origin: 'predicted' | 'labelled';
  /** 1 − probability of the first class. */
  emissionProbability: number;
  probabilities: number[];
  designation: string | null;
  /** ICRS, degrees */
  ra: number | null;
  dec: number | null;
  snr: number | null;
}

/** Labelled ones first, then by falling probability of emission; ties by id. */
export function compareCandidates(a: Candidate, b: Candidate): number {
  if (a.origin !== b.origin) return a.origin === 'labelled' ? -1 : 1;
  return b.emissionProbability - a.emissionProbability || (a.spectrumId < b.spectrumId ? -1 : 1);
}

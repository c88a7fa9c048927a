/** What came in and what became of it. */
export interface UploadCounts {
  received: number;
  stored: number;
  quarantined: number;
  duplicates: number;
}

export function noCounts(): UploadCounts {
  return { received: 0, stored: 0, quarantined: 0, duplicates: 0 };
}

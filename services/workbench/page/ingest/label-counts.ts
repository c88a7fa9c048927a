import type { Label } from '@spectrawl/contracts';

/** How many spectra of a pool are labelled as what. */
export interface LabelCounts {
  /** By class, the most frequent first. */
  classes: { name: string; spectra: number }[];
  /** Answers that name no class. */
  abstained: number;
  /** Whether there are more labels than were counted. */
  more: boolean;
}

/** Labels counted at most: a page is no place to read millions. */
const MOST = 50_000;

/** Counts the labels that count, up to a limit. */
export async function countLabels(batches: AsyncIterable<{ labels: readonly Label[] }>): Promise<LabelCounts> {
  const spectra = new Map<string, number>();
  let abstained = 0;
  let read = 0;
  let more = false;
  for await (const { labels } of batches) {
    if (read + labels.length > MOST) {
      more = true;
      break;
    }
    read += labels.length;
    for (const { decision } of labels) {
      if (decision?.answer.case === 'class')
        spectra.set(decision.answer.value, (spectra.get(decision.answer.value) ?? 0) + 1);
      else abstained += 1;
    }
  }
  const classes = [...spectra].map(([name, count]) => ({ name, spectra: count }));
  return {
    classes: classes.toSorted((a, b) => b.spectra - a.spectra || (a.name < b.name ? -1 : 1)),
    abstained,
    more,
  };
}

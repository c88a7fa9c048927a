import { useMemo } from 'react';
import { AskAction } from '../ask/ask-action.tsx';
import { useAsking } from '../ask/use-asking.ts';
import { SendToPrograms } from '../samp/send-to-programs.tsx';
import { shareFile } from '../samp/lent-link.ts';
import { Button } from '../ui/button.tsx';
import { saveFile } from './save-file.ts';
import type { PointCloud } from './point-cloud.ts';
import { selectionCsv, selectionVotable } from './selection-table.ts';
import styles from './selection-actions.module.css';

interface SelectionActionsProps {
  cloud: PointCloud;
  selection: readonly number[];
  /** Spectra in the list. */
  listed: number;
  onClear: () => void;
}

/** What can be done with the spectra that were selected. */
export function SelectionActions({ cloud, selection, listed, onClear }: SelectionActionsProps) {
  const { campaignId, iteration } = cloud.map;
  const asking = useAsking(campaignId);
  const searched = useMemo(() => searchedSpectra(cloud, selection), [cloud, selection]);
  const name = `${campaignId}-${iteration}-selection`;
  if (selection.length === 0) {
    return (
      <div className={styles.actions}>
        <p className={styles.words}>
          {listed.toLocaleString('en')} shown. <span>Shift and drag to select.</span>
        </p>
      </div>
    );
  }
  return (
    <div>
      <div className={styles.actions}>
        <p className={styles.words}>{selection.length.toLocaleString('en')} selected</p>
        <Button onClick={() => saveFile(`${name}.csv`, 'text/csv', selectionCsv(cloud, selection))}>CSV</Button>
        <SendToPrograms
          kind="table.load.votable"
          name={`Map of ${campaignId}: ${selection.length} spectra`}
          link={() => shareFile(`${name}.vot`, selectionVotable(cloud, selection))}
        />
        <Button kind="quiet" onClick={onClear}>
          Clear
        </Button>
      </div>
      <AskAction asking={asking} spectrumIds={searched}>
        Ask about these ({searched.length.toLocaleString('en')})
      </AskAction>
    </div>
  );
}

/** The selected spectra of the pool that the campaign searches, each once: labelled ones of other pools are on the map, too. */
function searchedSpectra(cloud: PointCloud, selection: readonly number[]): string[] {
  const searched = selection.filter((point) => cloud.poolOf(point) === cloud.map.poolId);
  return [...new Set(searched.map((point) => cloud.ids[point]!))];
}

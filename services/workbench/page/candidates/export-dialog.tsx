import { Campaign_State } from '@spectrawl/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { failureOf } from '../app/failure.ts';
import { inference, selection } from '../app/services.ts';
import { SendToPrograms } from '../samp/send-to-programs.tsx';
import { shareFile } from '../samp/lent-link.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { bytes, grouped } from '../ui/words.ts';
import styles from './export-dialog.module.css';
import type { CandidatesQuestion } from './use-candidates.ts';

const FORMATS = [
  { value: 'votable', name: 'VOTable', ending: 'vot', type: 'application/x-votable+xml' },
  { value: 'fits', name: 'FITS', ending: 'fits', type: 'application/fits' },
  { value: 'csv', name: 'CSV', ending: 'csv', type: 'text/csv' },
  { value: 'parquet', name: 'Parquet', ending: 'parquet', type: 'application/vnd.apache.parquet' },
] as const;
type Format = (typeof FORMATS)[number]['value'];
type What = 'table' | 'catalogue';

/** Of the contract. */
const MOST_ROWS = 500_000;

/** Saves the table, or the published catalogue, as a file for other programs, or sends it to them. */
export function ExportDialog({ question, total }: { question: CandidatesQuestion; total: number }) {
  const { campaignId } = question;
  const [open, setOpen] = useState(false);
  const [what, setWhat] = useState<What>('table');
  const [format, setFormat] = useState<Format>('votable');
  const [received, setReceived] = useState(0);
  const { data: isPublished = false } = useQuery({
    queryKey: ['is published', campaignId],
    queryFn: async ({ signal }) =>
      (await selection.getCampaign({ campaignId }, { signal })).campaign?.state === Campaign_State.COMPLETED,
    enabled: open,
  });
  const read = async (as: Format): Promise<Uint8Array<ArrayBuffer>[]> => {
    setReceived(0);
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    for await (const { data } of exported(question, what, as)) {
      pieces.push(new Uint8Array(data));
      setReceived((before) => before + data.length);
    }
    return pieces;
  };
  const save = useMutation({
    mutationFn: async () => {
      const { ending, type } = FORMATS.find(({ value }) => value === format)!;
      saveBlob(`${fileName(question, what)}.${ending}`, new Blob(await read(format), { type }));
    },
  });
  const isTooMuch = what === 'table' && total > MOST_ROWS;
  return (
    <>
      <Button kind="primary" disabled={total === 0} onClick={() => setOpen(true)}>
        Export…
      </Button>
      <Dialog
        title="Export"
        open={open}
        onClose={() => setOpen(false)}
        actions={
          <>
            <SendToPrograms
              kind="table.load.votable"
              name={what === 'table' ? `Candidates of ${campaignId}` : `Catalogue of ${campaignId}`}
              link={async () =>
                await shareFile(
                  `${fileName(question, what)}.vot`,
                  new Uint8Array(await new Blob(await read('votable')).arrayBuffer()),
                )
              }
            />
            <Button kind="primary" disabled={save.isPending || isTooMuch} onClick={() => save.mutate()}>
              {save.isPending ? `Writing… ${bytes(received)}` : 'Save'}
            </Button>
          </>
        }
      >
        <div className={styles.form}>
          <Choice
            label="What"
            options={[
              { value: 'table', name: `This table: ${grouped(total)} rows` },
              ...(isPublished ? [{ value: 'catalogue' as const, name: 'The published catalogue, with verdicts' }] : []),
            ]}
            value={what}
            onChange={setWhat}
          />
          <Choice label="Format" options={FORMATS} value={format} onChange={setFormat} />
          {isTooMuch && (
            <Notice tone="warning" title="Too many rows for a file">
              Narrow the filter down to {grouped(MOST_ROWS)} spectra.
            </Notice>
          )}
          {save.error && (
            <Notice tone="bad" title="It could not be saved">
              {failureOf(save.error).message}
            </Notice>
          )}
          {save.isSuccess && (
            <p role="status">
              Saved: {bytes(received)}. Columns carry units and UCDs where the format has a place for them.
            </p>
          )}
        </div>
      </Dialog>
    </>
  );
}

function exported(question: CandidatesQuestion, what: What, format: Format): AsyncIterable<{ data: Uint8Array }> {
  const { campaignId, iteration, filter, order } = question;
  if (what === 'catalogue') return selection.exportCatalogue({ campaignId, format, withReviews: true });
  return inference.exportScores({
    campaignId,
    filter,
    order,
    format,
    ...(iteration !== undefined && { iteration }),
  });
}

function fileName({ campaignId }: CandidatesQuestion, what: What): string {
  return `${campaignId}-${what === 'table' ? 'candidates' : 'catalogue'}`;
}

/** Has the browser save bytes that the page was sent. */
function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { failureOf } from '../app/failure.ts';
import { request } from '../app/request.ts';
import { useSession } from '../app/session.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { useToast } from '../ui/toast.tsx';
import { grouped } from '../ui/words.ts';
import { HEAD_BYTES, likelyColumns, readCsvHead, type CsvHead } from './csv-head.ts';
import styles from './ingest.module.css';

interface ImportLabelsProps {
  poolId: string;
  open: boolean;
  onClose: () => void;
  onImported: () => void;
}

interface Chosen {
  file: File;
  head: CsvHead;
  id: string;
  class: string;
  annotator: string;
  /** Makes a retry of this import return the first answer. */
  requestId: string;
}

/** Imports a CSV table of labels for the spectra of a pool: all of them or none. */
export function ImportLabels({ poolId, open, onClose, onImported }: ImportLabelsProps) {
  const { name } = useSession();
  const toast = useToast();
  const [chosen, setChosen] = useState<Chosen>();
  const importing = useMutation({
    mutationFn: async (table: Chosen) => {
      const query = new URLSearchParams({
        annotator: table.annotator,
        request: table.requestId,
        id: table.id,
        class: table.class,
      });
      const answer = await request(`/upload/labels/${encodeURIComponent(poolId)}?${query.toString()}`, {
        method: 'POST',
        body: table.file,
        headers: { 'content-type': 'text/csv' },
      });
      return (await answer.json()) as { imported: number };
    },
    onSuccess: ({ imported }) => {
      toast(`${grouped(imported)} labels are in the log`, 'good');
      onImported();
      close();
    },
  });
  const close = (): void => {
    setChosen(undefined);
    importing.reset();
    onClose();
  };
  const choose = async (file: File | undefined): Promise<void> => {
    importing.reset();
    if (!file) return;
    const head = readCsvHead(await file.slice(0, HEAD_BYTES).text());
    setChosen({
      file,
      head,
      ...likelyColumns(head.columns),
      annotator: file.name.replace(/\.csv$/i, '') || name,
      requestId: crypto.randomUUID(),
    });
  };
  const change = (part: Partial<Chosen>): void => {
    importing.reset();
    setChosen((before) => before && { ...before, ...part, requestId: crypto.randomUUID() });
  };
  const isReady = chosen !== undefined && chosen.id !== '' && chosen.class !== '' && chosen.annotator.trim() !== '';
  return (
    <Dialog
      title={`Import labels for ${poolId}`}
      open={open}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            kind="primary"
            disabled={!isReady || importing.isPending}
            onClick={() => {
              if (chosen) importing.mutate(chosen);
            }}
          >
            Import all or none
          </Button>
        </>
      }
    >
      <div className={styles.dialogForm}>
        <Field label="CSV table" hint="A header, and a line for each label: the spectrum’s id and its class.">
          {(input) => (
            <input
              {...input}
              type="file"
              accept=".csv,text/csv"
              onChange={({ target }) => void choose(target.files?.[0])}
            />
          )}
        </Field>
        {chosen && (
          <>
            <div className={styles.columns}>
              {(['id', 'class'] as const).map((key) => (
                <Field key={key} label={key === 'id' ? 'Column with the spectrum' : 'Column with the class'}>
                  {(input) => (
                    <select {...input} value={chosen[key]} onChange={(event) => change({ [key]: event.target.value })}>
                      <option value="" disabled>
                        Choose
                      </option>
                      {chosen.head.columns.map((column) => (
                        <option key={column}>{column}</option>
                      ))}
                    </select>
                  )}
                </Field>
              ))}
              <Field label="Kept under the name">
                {(input) => (
                  <input
                    {...input}
                    maxLength={128}
                    value={chosen.annotator}
                    onChange={(event) => change({ annotator: event.target.value })}
                  />
                )}
              </Field>
            </div>
            {isReady && <Preview chosen={chosen} />}
          </>
        )}
        {importing.error && (
          <Notice tone="bad" title="Nothing was imported">
            {failureOf(importing.error).message}
          </Notice>
        )}
      </div>
    </Dialog>
  );
}

function Preview({ chosen: { head, id, class: className } }: { chosen: Chosen }) {
  const [idAt, classAt] = [head.columns.indexOf(id), head.columns.indexOf(className)];
  return (
    <table className={styles.preview}>
      <caption>How the first lines are read</caption>
      <tbody>
        {head.rows.map((row, index) => (
          <tr key={`${index} ${row[idAt] ?? ''}`}>
            <td>{row[idAt]}</td>
            <td>{row[classAt]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

import { fromJson, type JsonValue } from '@bufbuild/protobuf';
import { CrossMatchSchema, type CrossMatch } from '@spectrawl/contracts';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { failureOf } from '../app/failure.ts';
import { request } from '../app/request.ts';
import { useSession } from '../app/session.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { grouped } from '../ui/words.ts';
import styles from './cross-match-dialog.module.css';

interface CrossMatchDialogProps {
  campaignId: string;
  /** Is told the name of a cross-match that was made. */
  onMatched: (name: string) => void;
}

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** arc seconds; of the contract */
const RADIUS = { usual: '3', least: 0.01, most: 60 };

/** Compares a catalogue of the user's with the pool: which objects are known, which are new. */
export function CrossMatchDialog({ campaignId, onMatched }: CrossMatchDialogProps) {
  const { may } = useSession();
  const [open, setOpen] = useState(false);
  const [file, setFile] = useState<File>();
  const [name, setName] = useState('');
  const [radius, setRadius] = useState(RADIUS.usual);
  const [columns, setColumns] = useState({ ra: '', dec: '', object: '' });
  const match = useMutation({
    mutationFn: async (sent: File) => {
      const query = new URLSearchParams({ name, radius, file: sent.name, ...columns });
      const answer = await request(`/upload/catalogues/${encodeURIComponent(campaignId)}?${query.toString()}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: sent,
      });
      return fromJson(CrossMatchSchema, (await answer.json()) as JsonValue);
    },
    onSuccess: (found) => onMatched(found.name),
  });
  const choose = (chosen: File | undefined): void => {
    match.reset();
    setFile(chosen);
    if (chosen && name === '') setName(nameFor(chosen.name));
  };
  const isRadius = Number(radius) >= RADIUS.least && Number(radius) <= RADIUS.most;
  const canSend = file !== undefined && NAME.test(name) && isRadius && !match.isPending;
  return (
    <>
      <Button disabled={!may('operator')} onClick={() => setOpen(true)}>
        Cross-match…
      </Button>
      <Dialog
        title="Cross-match with a catalogue"
        open={open}
        onClose={() => setOpen(false)}
        actions={
          <>
            <Button onClick={() => setOpen(false)}>Close</Button>
            <Button
              kind="primary"
              disabled={!canSend}
              onClick={() => {
                if (file) match.mutate(file);
              }}
            >
              {match.isPending ? 'Matching…' : 'Match'}
            </Button>
          </>
        }
      >
        <div className={styles.form}>
          <Field label="Catalogue" hint="CSV, VOTable or FITS table, gzipped or not, with a position in each row.">
            {(props) => <input {...props} type="file" onChange={({ target }) => choose(target.files?.[0])} />}
          </Field>
          <div className={styles.beside}>
            <Field
              label="Name"
              error={name !== '' && !NAME.test(name) ? "a-z, 0-9 and '-', beginning with a letter or digit" : undefined}
            >
              {(props) => <input {...props} value={name} onChange={({ target }) => setName(target.value)} />}
            </Field>
            <Field label="Radius (″)" error={isRadius ? undefined : `${RADIUS.least} to ${RADIUS.most}`}>
              {(props) => (
                <input
                  {...props}
                  inputMode="decimal"
                  value={radius}
                  onChange={({ target }) => setRadius(target.value)}
                />
              )}
            </Field>
          </div>
          <details>
            <summary>Columns, where they are not recognised</summary>
            <div className={styles.beside}>
              {(['ra', 'dec', 'object'] as const).map((column) => (
                <Field key={column} label={{ ra: 'Right ascension', dec: 'Declination', object: 'Name' }[column]}>
                  {(props) => (
                    <input
                      {...props}
                      value={columns[column]}
                      onChange={({ target }) => setColumns({ ...columns, [column]: target.value })}
                    />
                  )}
                </Field>
              ))}
            </div>
          </details>
          {match.error && (
            <Notice tone="bad" title="It could not be matched">
              {failureOf(match.error).message}
            </Notice>
          )}
          {match.data && <Outcome found={match.data} />}
        </div>
      </Dialog>
    </>
  );
}

/** What became of every row. */
function Outcome({ found }: { found: CrossMatch }) {
  const { rows, matched, unmatched, rejected, problems, knownSpectra, columns } = found;
  return (
    <Notice tone={rejected > 0n ? 'warning' : 'good'} title={`${grouped(knownSpectra)} spectra of the pool are known`}>
      <p>
        {grouped(rows)} rows = {grouped(matched)} matched + {grouped(unmatched)} unmatched + {grouped(rejected)}{' '}
        rejected, by the columns {columns.join(', ')}.
      </p>
      {problems.length > 0 && (
        <ul className={styles.problems}>
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
    </Notice>
  );
}

/** A name for a file: its own in the characters that names have. */
function nameFor(fileName: string): string {
  return fileName
    .toLowerCase()
    .replace(/(\.[a-z]+)+$/, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63);
}

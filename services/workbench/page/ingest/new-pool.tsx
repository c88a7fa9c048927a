import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { failureOf } from '../app/failure.ts';
import { NAME, NAME_RULE } from '../app/names.ts';
import { paths } from '../app/paths.ts';
import { ingestion } from '../app/services.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import styles from './ingest.module.css';

/** Asks for the name of a new pool, creates it, and opens its view. */
export function NewPool({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [name, setName] = useState('');
  const [isTried, setTried] = useState(false);
  const navigate = useNavigate();
  const creation = useMutation({
    // A pool of that name which this very request made is no conflict: the name is part of the intent.
    mutationFn: (poolId: string) => ingestion.createPool({ poolId, requestId: crypto.randomUUID() }),
    onSuccess: async (_, poolId) => await navigate(paths.pool(poolId)),
  });
  const wrong = NAME.test(name) ? undefined : `Enter ${NAME_RULE}`;
  const error = creation.error ? failureOf(creation.error).message : isTried ? wrong : undefined;
  return (
    <Dialog title="New pool" open={open} onClose={onClose}>
      <form
        className={styles.dialogForm}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (wrong === undefined) creation.mutate(name);
        }}
      >
        <Field label="Name" hint={NAME_RULE} error={error}>
          {(input) => (
            <input
              {...input}
              autoFocus
              autoComplete="off"
              spellCheck={false}
              value={name}
              onChange={(event) => {
                setName(event.target.value);
                creation.reset();
              }}
            />
          )}
        </Field>
        <div className={styles.actions}>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={creation.isPending}>
            Create pool
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

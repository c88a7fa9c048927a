import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { failureOf } from './failure.ts';
import { send } from './request.ts';
import { Welcome } from './welcome.tsx';

/** Asks once under which name the user labels. */
export function AskName() {
  const [name, setName] = useState('');
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => send('PUT', '/session/name', { name: name.trim() }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['session'] }),
  });
  return (
    <Welcome title="Who labels here?">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') save.mutate();
        }}
      >
        <Field
          label="Your name"
          hint="Every label is kept with the name of who gave it. Use the same one each time."
          error={save.error ? failureOf(save.error).message : undefined}
        >
          {(props) => (
            <input
              {...props}
              autoFocus
              autoComplete="username"
              maxLength={200}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Button kind="primary" type="submit" disabled={name.trim() === '' || save.isPending}>
          Begin
        </Button>
      </form>
    </Welcome>
  );
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { failureOf } from './failure.ts';
import { send } from './request.ts';
import { Welcome } from './welcome.tsx';

/** Signs in with a token, where there is no identity provider to sign in at. */
export function BringToken() {
  const [token, setToken] = useState('');
  const queries = useQueryClient();
  const signIn = useMutation({
    mutationFn: () => send('POST', '/session/token', { token: token.trim() }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['session'] }),
  });
  return (
    <Welcome title="Sign in">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (token.trim() !== '') signIn.mutate();
        }}
      >
        <Field
          label="Your token"
          hint="The token that says who you are and which role you have: whoever runs the services gives it to you."
          error={signIn.error ? failureOf(signIn.error).message : undefined}
        >
          {(props) => (
            <input
              {...props}
              type="password"
              autoFocus
              autoComplete="off"
              value={token}
              onChange={(event) => setToken(event.target.value)}
            />
          )}
        </Field>
        <Button kind="primary" type="submit" disabled={token.trim() === '' || signIn.isPending}>
          Sign in
        </Button>
      </form>
    </Welcome>
  );
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconButton } from '../ui/icon-button.tsx';
import { send } from './request.ts';
import { useSession } from './session.tsx';
import styles from './user-menu.module.css';

/** Who one is, and the way out. */
export function UserMenu() {
  const { name, role } = useSession();
  const queries = useQueryClient();
  const signOut = useMutation({
    mutationFn: () => send('DELETE', '/session'),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['session'] }),
  });
  return (
    <div className={styles.user}>
      <span title={`You label as ${name}; your role is ${role}.`}>{name}</span>
      <IconButton label="Sign out" onClick={() => signOut.mutate()}>
        <path d="M6 2.5H3v11h3M10 5l3 3-3 3m3-3H6" />
      </IconButton>
    </div>
  );
}

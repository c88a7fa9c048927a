import { Dialog } from '../ui/dialog.tsx';
import { Key } from '../ui/key.tsx';
import { Button } from '../ui/button.tsx';
import { KEY_HELP } from './label-key.ts';
import styles from './key-overlay.module.css';

/** Every key of the label view. */
export function KeyOverlay({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog title="Keys" open={open} onClose={onClose} actions={<Button onClick={onClose}>Close</Button>}>
      <div className={styles.groups}>
        {KEY_HELP.map(({ title, keys }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([names, meaning]) => (
                <div key={names}>
                  <dt>
                    {names.split(' ').map((name) => (
                      <Key key={name}>{name}</Key>
                    ))}
                  </dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

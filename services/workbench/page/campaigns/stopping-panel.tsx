import type { Campaign, Iteration } from '@spectrawl/contracts';
import { Meter } from '../ui/meter.tsx';
import { Panel } from '../ui/panel.tsx';
import styles from './campaigns.module.css';
import { endsOfLoop } from './stopping.ts';

/** The stopping rule in words, and how far the loop is on each way to its end. */
export function StoppingPanel({ campaign, iterations }: { campaign: Campaign; iterations: readonly Iteration[] }) {
  return (
    <Panel title="The loop ends when one of these is reached">
      <ol className={styles.ends}>
        {endsOfLoop(campaign, iterations).map(({ name, rule, stands, progress, reached }) => (
          <li key={name}>
            <p>{rule}</p>
            <Meter label={rule} value={progress} tone={reached ? 'good' : 'accent'} />
            <p className={styles.stands}>{stands}</p>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

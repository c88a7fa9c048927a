import type { Campaign } from '@spectrawl/contracts';
import { Fragment } from 'react';
import { Link } from 'react-router';
import { paths } from '../app/paths.ts';
import { Facts } from '../ui/facts.tsx';
import { Moment } from '../ui/moment.tsx';
import { Panel } from '../ui/panel.tsx';
import { Scroll } from '../ui/scroll.tsx';
import styles from './campaigns.module.css';

/** What a campaign was created with. */
export function CampaignFacts({ campaign }: { campaign: Campaign }) {
  const { poolId, seedPoolIds, preset, seed, classes, createTime, endTime, method } = campaign;
  return (
    <Panel title="Set up">
      <Facts
        facts={[
          { name: 'Pool', value: <Link to={paths.pool(poolId)}>{poolId}</Link> },
          {
            name: 'Seed pools',
            value: seedPoolIds.map((id, index) => (
              <Fragment key={id}>
                {index > 0 && ', '}
                <Link to={paths.pool(id)}>{id}</Link>
              </Fragment>
            )),
          },
          { name: 'Classes', value: classes.join(', ') },
          { name: 'Method', value: preset },
          { name: 'Seed', value: String(seed) },
          { name: 'Created', value: <Moment time={createTime} /> },
          ...(endTime ? [{ name: 'Completed', value: <Moment time={endTime} /> }] : []),
        ]}
      />
      <details className={styles.method}>
        <summary>The whole method</summary>
        <Scroll label="The whole method" height={22}>
          <pre>{JSON.stringify(method, undefined, 2)}</pre>
        </Scroll>
      </details>
    </Panel>
  );
}

import type { Campaign, Catalogue } from '@spectrawl/contracts';
import { Link } from 'react-router';
import { paths } from '../app/paths.ts';
import { Chip, ClassChip } from '../ui/chip.tsx';
import { Facts } from '../ui/facts.tsx';
import { Panel } from '../ui/panel.tsx';
import { grouped, percentage } from '../ui/words.ts';
import styles from './campaigns.module.css';
import { methodOf } from './stopping.ts';

/** The result of a completed campaign. */
export function CataloguePanel({ campaign, catalogue }: { campaign: Campaign; catalogue: Catalogue }) {
  const { stopping } = methodOf(campaign);
  const { candidates, classCounts, threshold, certified, errorUpper } = catalogue;
  return (
    <Panel title="Catalogue" actions={<Link to={paths.candidates(campaign.campaignId)}>Candidates, exports</Link>}>
      <p className={styles.headline}>
        <b>{grouped(candidates)}</b> candidates
        <Chip tone={certified ? 'good' : 'warning'}>{certified ? 'certified' : 'not certified'}</Chip>
      </p>
      <p className={styles.classes}>
        {campaign.classes.map((name, index) =>
          index === 0 ? null : (
            <span key={name}>
              <ClassChip index={index} name={name} /> {grouped(classCounts[index] ?? 0)}
            </span>
          ),
        )}
      </p>
      <Facts
        facts={[
          {
            name: 'Error',
            value: `at most ${percentage(errorUpper)} at ${percentage(stopping.confidence)} confidence (target ${percentage(stopping.maxError)})`,
          },
          {
            name: 'Threshold',
            value: threshold === 0 ? 'most probable class' : `probability of emission ≥ ${threshold}`,
          },
          { name: 'The loop ended', value: campaign.stopReason },
        ]}
      />
    </Panel>
  );
}

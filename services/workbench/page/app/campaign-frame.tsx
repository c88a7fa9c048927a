import { NavLink, Outlet, useParams } from 'react-router';
import styles from './campaign-frame.module.css';
import { paths } from './paths.ts';

/** The views of one campaign, beside each other. */
export function CampaignFrame() {
  const campaignId = useCampaignId();
  const views = [
    { to: paths.campaign(campaignId), name: 'Loop', end: true },
    { to: paths.label(campaignId), name: 'Label' },
    { to: paths.candidates(campaignId), name: 'Candidates' },
    { to: paths.map(campaignId), name: 'Map' },
    { to: paths.models(campaignId), name: 'Models' },
    { to: paths.agreement(campaignId), name: 'Agreement' },
  ];
  return (
    <div className={styles.campaign}>
      <nav aria-label={`Campaign ${campaignId}`} className={styles.tabs}>
        <span className={styles.name}>{campaignId}</span>
        {views.map(({ to, name, end = false }) => (
          <NavLink key={to} to={to} end={end}>
            {name}
          </NavLink>
        ))}
      </nav>
      <div className={styles.view}>
        <Outlet />
      </div>
    </div>
  );
}

/** The campaign of the address. */
export function useCampaignId(): string {
  const { campaignId } = useParams();
  if (campaignId === undefined) throw new Error('this view belongs to a campaign');
  return campaignId;
}

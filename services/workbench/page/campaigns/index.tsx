export { CampaignView } from './campaign-view.tsx';
export { CampaignsView } from './campaigns-view.tsx';

import { describeCampaign } from './campaign-spec.ts';

describeCampaign({ shape: 'embedded' });

import { expect } from 'vitest';
import { describeCampaign } from './campaign-spec.ts';

describeCampaign({ shape: 'embedded' }, (catalogue) => expect(catalogue).toContain('CAMPAIGN'));

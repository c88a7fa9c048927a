import { Campaign_State, type Campaign } from '@spectrawl/contracts';
import { Chip } from '../ui/chip.tsx';

/** Where a campaign stands, in a word. */
export function StateChip({ campaign: { state, problem } }: { campaign: Pick<Campaign, 'state' | 'problem'> }) {
  switch (state) {
    case Campaign_State.CREATED:
      return <Chip>created</Chip>;
    case Campaign_State.RUNNING:
      return problem === '' ? <Chip tone="accent">running</Chip> : <Chip tone="warning">waits</Chip>;
    case Campaign_State.PAUSED:
      return <Chip tone="warning">paused</Chip>;
    case Campaign_State.COMPLETED:
      return <Chip tone="good">completed</Chip>;
    case Campaign_State.FAILED:
      return <Chip tone="bad">failed</Chip>;
    default:
      return <Chip>unknown</Chip>;
  }
}

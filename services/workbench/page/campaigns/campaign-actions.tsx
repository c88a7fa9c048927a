import type { Campaign } from '@spectrawl/contracts';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { failureOf } from '../app/failure.ts';
import { selection } from '../app/services.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { useToast } from '../ui/toast.tsx';
import { possibleActions, type CampaignAction } from './stopping.ts';

interface Words {
  name: string;
  kind: 'primary' | 'plain' | 'danger';
  /** What it will do, asked before it is done. */
  question: string;
  explanation: string;
  done: string;
}

const WORDS: Readonly<Record<CampaignAction, Words>> = {
  start: {
    name: 'Start',
    kind: 'primary',
    question: 'Start the campaign?',
    explanation:
      'A first model is trained on the labels of the seed pools, then the whole pool is scored and the first batch is asked.',
    done: 'Started',
  },
  pause: {
    name: 'Pause',
    kind: 'plain',
    question: 'Pause the campaign?',
    explanation: 'The step at hand is finished, and the next one waits until the campaign is resumed. Nothing is lost.',
    done: 'Paused',
  },
  resume: {
    name: 'Resume',
    kind: 'primary',
    question: 'Resume the campaign?',
    explanation: 'It goes on where it was held; a step that failed is tried again.',
    done: 'Resumed',
  },
  stop: {
    name: 'Stop',
    kind: 'danger',
    question: 'Stop the loop?',
    explanation:
      'Once the batch at hand is labelled the loop ends: the final training, the final audit and the catalogue follow. This can’t be taken back.',
    done: 'The loop ends after the batch at hand',
  },
};

const CALLS = {
  start: selection.startCampaign,
  pause: selection.pauseCampaign,
  resume: selection.resumeCampaign,
  stop: selection.stopCampaign,
} as const;

/** Starts, pauses, resumes and stops a campaign, each after a confirmation. */
export function CampaignActions({ campaign }: { campaign: Campaign }) {
  const [asked, setAsked] = useState<CampaignAction>();
  const toast = useToast();
  const { mutate, reset, error, isPending } = useMutation({
    mutationFn: (action: CampaignAction): Promise<unknown> => CALLS[action]({ campaignId: campaign.campaignId }),
    onSuccess: (_, action) => {
      toast(WORDS[action].done, 'good');
      setAsked(undefined);
    },
  });
  const close = (): void => {
    setAsked(undefined);
    reset();
  };
  const words = asked && WORDS[asked];
  return (
    <>
      {possibleActions(campaign).map((action) => (
        <Button key={action} kind={WORDS[action].kind} onClick={() => setAsked(action)}>
          {WORDS[action].name}
        </Button>
      ))}
      <Dialog
        title={words?.question ?? ''}
        open={asked !== undefined}
        onClose={close}
        actions={
          <>
            <Button onClick={close}>Cancel</Button>
            {asked && words && (
              <Button
                kind={words.kind === 'plain' ? 'primary' : words.kind}
                disabled={isPending}
                onClick={() => mutate(asked)}
              >
                {words.name}
              </Button>
            )}
          </>
        }
      >
        <p>{words?.explanation}</p>
        {error && (
          <Notice tone="bad" title={`${words?.name ?? 'It'} was refused`}>
            {failureOf(error).message}
          </Notice>
        )}
      </Dialog>
    </>
  );
}

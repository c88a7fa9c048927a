import {
  Campaign_State,
  Iteration_Step,
  IterationKind,
  TrainingRun_State,
  type BatchProgress,
  type Campaign,
  type Iteration,
  type ScoringRun,
  type TrainingRun,
} from '@spectrawl/contracts';

/** The turns of the loop, in their order. */
export const RING_STEPS = ['train', 'score', 'select', 'label'] as const;
export type RingStep = (typeof RING_STEPS)[number];

/** How a step of the iteration at hand stands. */
export interface RingSegment {
  step: RingStep;
  state: 'waiting' | 'running' | 'done';
  /** How much of it is done, 0 to 1. */
  progress: number;
  /** Wall-clock seconds that it took; absent until it ended. */
  seconds?: number;
}

/** What the ring shows. */
export interface RingState {
  segments: RingSegment[];
  /** The step at hand; absent before the start, between iterations and after the end. */
  current?: RingStep;
  /** The iteration at hand; absent before the start. */
  iteration?: { number: number; isFinal: boolean };
  mood: 'idle' | 'running' | 'labelling' | 'paused' | 'failed' | 'delayed' | 'completed';
}

/** What the services that do the steps say of the iteration at hand; each is absent where it is not known. */
export interface StepReports {
  training?: TrainingRun | undefined;
  scoring?: ScoringRun | undefined;
  batch?: BatchProgress | undefined;
}

const STEP_AT: Partial<Record<Iteration_Step, RingStep>> = {
  [Iteration_Step.TRAINING]: 'train',
  [Iteration_Step.SCORING]: 'score',
  [Iteration_Step.SELECTING]: 'select',
  [Iteration_Step.LABELLING]: 'label',
};

/** Reads the state of the loop off a campaign, its newest iteration, and what the services report of it. */
export function ringState(campaign: Campaign, newest: Iteration | undefined, reports: StepReports): RingState {
  const current = newest && STEP_AT[newest.step];
  const position =
    newest?.step === Iteration_Step.DONE ? RING_STEPS.length : current ? RING_STEPS.indexOf(current) : -1;
  const seconds = [
    newest?.seconds?.training,
    newest?.seconds?.scoring,
    newest?.seconds?.selecting,
    newest?.seconds?.labelling,
  ];
  const segments = RING_STEPS.map((step, at): RingSegment => {
    const took = seconds[at];
    if (at < position) return { step, state: 'done', progress: 1, ...(took ? { seconds: took } : {}) };
    if (at > position) return { step, state: 'waiting', progress: 0 };
    return { step, state: 'running', progress: newest ? stepProgress(step, newest, reports) : 0 };
  });
  return {
    segments,
    mood: mood(campaign, current),
    ...(current ? { current } : {}),
    ...(newest ? { iteration: { number: newest.number, isFinal: newest.kind === IterationKind.FINAL } } : {}),
  };
}

function mood({ state, problem }: Campaign, current: RingStep | undefined): RingState['mood'] {
  switch (state) {
    case Campaign_State.FAILED:
      return 'failed';
    case Campaign_State.PAUSED:
      return 'paused';
    case Campaign_State.COMPLETED:
      return 'completed';
    case Campaign_State.RUNNING:
      if (problem !== '') return 'delayed';
      return current === 'label' ? 'labelling' : 'running';
    default:
      return 'idle';
  }
}

function stepProgress(step: RingStep, { number }: Iteration, { training, scoring, batch }: StepReports): number {
  switch (step) {
    case 'train': {
      if (training?.iteration !== number) return 0;
      if (training.state === TrainingRun_State.SUCCEEDED) return 1;
      const { progress } = training;
      return progress && progress.maxEpochs > 0 ? progress.epoch / progress.maxEpochs : 0;
    }
    case 'score':
      if (scoring?.iteration !== number || scoring.shardsPlanned === 0) return 0;
      return scoring.shardsScored / scoring.shardsPlanned;
    case 'label':
      if (batch?.iteration !== number || batch.tasks === 0) return 0;
      return batch.answered / batch.tasks;
    default:
      return 0;
  }
}

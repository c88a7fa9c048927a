import { Iteration_Step, IterationKind, type Iteration } from '@spectrawl/contracts';
import { RpcError } from '@spectrawl/grpc';
import { readCampaignSpec } from '../campaign-spec.ts';
import { readCampaign } from '../commands/campaigns.ts';
import { percent } from '../iteration-rows.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { columns } from '../terminal/columns.ts';
import { UsageError } from '../terminal/failure.ts';
import { createWhereMissing, fillDemoPools, playCampaign, type Demo } from './run-demo.ts';
import { prepareDemoSurvey } from './demo-survey.ts';
import { compareWithTruth } from './true-error.ts';

const PRESETS = ['default', 'skoda-2020'] as const;

/** An iteration of one method, measured by its audit and by the truth. */
interface MeasuredIteration {
  iteration: number;
  labels: number;
  auditedError: number | undefined;
  bounds: [lower: number, upper: number];
  /** null where nothing is predicted. */
  trueError: number | null;
  /** Emission spectra of the pool that are predicted or labelled so. */
  recall: number;
}

/** Runs both presets with the same sizes, labels and seeds, and prints their errors side by side. */
export async function compareMethods(context: CommandContext, demo: Demo): Promise<void> {
  const { spectrawl, output } = context;
  const survey = await prepareDemoSurvey(demo.directory, demo.realSpectra, demo, output.say);
  const spec = await readCampaignSpec(demo.spec);
  if (spec.preset !== undefined) throw new UsageError(`${demo.spec} names a preset, but both are to run: leave it out`);
  const pools = await fillDemoPools(context, demo.spec, spec, survey);
  const measured: Record<string, MeasuredIteration[]> = {};
  for (const preset of PRESETS) {
    const campaignId = `${demo.name}-${preset}`;
    await createWhereMissing(spectrawl, campaignId, { ...spec, ...pools, preset });
    // The final training is the longest, and there are no queries left to compare.
    await playCampaign(context, campaignId, survey, isFinal);
    await spectrawl.selection.pauseCampaign({ campaignId }).catch(unlessOver);
    const { campaign, iterations } = await readCampaign(spectrawl, campaignId);
    const [notInteresting = ''] = campaign.classes;
    const truth = survey.truth.pool;
    measured[preset] = await Promise.all(
      iterations.filter(isDone).map(async (iteration) => {
        const sky = await compareWithTruth(spectrawl, iteration, truth, notInteresting);
        return measure(iteration, sky.predicted === 0 ? null : sky.wrong / sky.predicted, sky.found / sky.emission);
      }),
    );
  }
  output.result(measured, comparisonText(measured));
}

function isFinal({ kind }: Iteration): boolean {
  return kind === IterationKind.FINAL;
}

function isDone(iteration: Iteration): boolean {
  return iteration.step === Iteration_Step.DONE && !isFinal(iteration);
}

function unlessOver(error: unknown): void {
  if (!(error instanceof RpcError && error.reason === 'CAMPAIGN_OVER')) throw error;
}

function measure(iteration: Iteration, trueError: number | null, recall: number): MeasuredIteration {
  const overall = iteration.estimate?.overall;
  return {
    iteration: iteration.number,
    labels: iteration.labelsSpent,
    auditedError: overall?.error,
    bounds: [overall?.errorLower ?? 0, overall?.errorUpper ?? 1],
    trueError,
    recall,
  };
}

function comparisonText(measured: Record<string, MeasuredIteration[]>): string {
  const rows = Object.entries(measured).flatMap(([preset, iterations]) =>
    iterations.map(({ iteration, labels, auditedError, bounds, trueError, recall }) => [
      preset,
      iteration,
      labels,
      auditedError === undefined ? '–' : percent(auditedError),
      bounds.map(percent).join(' – '),
      trueError === null ? '–' : percent(trueError),
      percent(recall),
    ]),
  );
  return columns(['preset', 'iteration', 'labels', 'audited error', 'bounds', 'true error', 'found'], rows);
}

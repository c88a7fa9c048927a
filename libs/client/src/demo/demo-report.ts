import { Campaign_State, Candidate_Origin, type Campaign, type Candidate } from '@spectrawl/contracts';
import type { Spectrawl } from '../connect.ts';
import { percent } from '../iteration-rows.ts';
import { allPages } from '@spectrawl/grpc';
import { columns } from '../terminal/columns.ts';
import type { DemoSurvey } from './demo-survey.ts';
import { compareWithTruth, isPositive } from './true-error.ts';

/** A real emission spectrum, and how the campaign saw it. */
interface RealEmission {
  id: string;
  truth: string;
  /** Place among all spectra of the pool by probability of emission in the final scoring, from 1. */
  rank: number;
  probability: number;
  /** Place in the catalogue; 0 when it is not there. */
  catalogueRank: number;
}

/** What a demo campaign came to, against the truth that it never saw. */
export interface DemoReport {
  spectra: number;
  emission: number;
  foundEmission: number;
  candidates: number;
  wrongCandidates: number;
  realEmission: RealEmission[];
  /** Real spectra without emission that the catalogue holds. */
  realFalsePositives: string[];
  realSpectra: number;
}

/** Looks at a completed campaign with the truth in hand. */
export async function reportDemo(spectrawl: Spectrawl, campaign: Campaign, survey: DemoSurvey): Promise<DemoReport> {
  const { campaignId, currentIteration, classes, state } = campaign;
  if (state !== Campaign_State.COMPLETED) throw new Error(`campaign "${campaignId}" is not completed`);
  const truth = survey.truth.pool;
  const [notInteresting = ''] = classes;
  const catalogue = new Map<string, Candidate>();
  const pages = allPages(
    (pageToken) => spectrawl.selection.listCandidates({ campaignId, pageSize: 1000, pageToken }),
    (page) => page.candidates,
  );
  for await (const candidate of pages) catalogue.set(candidate.spectrumId, candidate);

  const probabilities: { id: string; probability: number; positive: boolean }[] = [];
  for await (const { scores } of spectrawl.inference.listScores({
    scoringRunId: `${campaignId}-${currentIteration}`,
  })) {
    for (const score of scores) {
      const probability = 1 - (score.probabilities[0] ?? 0);
      probabilities.push({ id: score.spectrumId, probability, positive: isPositive(score.probabilities) });
    }
  }
  probabilities.sort((a, b) => b.probability - a.probability || (a.id < b.id ? -1 : 1));
  const isReal = (id: string): boolean => survey.real.has(id);
  const emits = (id: string): boolean => truth.has(id) && truth.get(id) !== notInteresting;
  const predicted = [...catalogue.values()].filter(({ origin }) => origin === Candidate_Origin.PREDICTED);
  const { emission } = await compareWithTruth(
    spectrawl,
    { campaignId, number: currentIteration },
    truth,
    notInteresting,
  );
  return {
    spectra: probabilities.length,
    emission,
    foundEmission: [...catalogue.keys()].filter(emits).length,
    candidates: catalogue.size,
    wrongCandidates: predicted.filter(({ spectrumId }) => !emits(spectrumId)).length,
    realEmission: probabilities.flatMap(({ id, probability }, at) =>
      isReal(id) && emits(id)
        ? [{ id, truth: truth.get(id)!, rank: at + 1, probability, catalogueRank: catalogue.get(id)?.rank ?? 0 }]
        : [],
    ),
    realFalsePositives: predicted.map(({ spectrumId }) => spectrumId).filter((id) => isReal(id) && !emits(id)),
    realSpectra: probabilities.filter(({ id }) => isReal(id)).length,
  };
}

export function demoReportText(report: DemoReport): string {
  const { spectra, emission, foundEmission, candidates, wrongCandidates, realEmission, realFalsePositives } = report;
  const stars = realEmission.map(({ id, truth, rank, probability, catalogueRank }) => [
    id,
    truth,
    rank,
    probability.toFixed(4),
    catalogueRank === 0 ? 'no' : `yes, rank ${catalogueRank}`,
  ]);
  return [
    `Of ${spectra} spectra ${emission} show emission (this sky is known); the catalogue holds ${foundEmission} of them (${percent(foundEmission / emission)}).`,
    `Of its ${candidates} candidates ${wrongCandidates} are wrong (${percent(candidates === 0 ? 0 : wrongCandidates / candidates)}).`,
    '',
    `The real emission stars among ${report.realSpectra} real spectra of the pool:`,
    columns(['spectrum', 'class', 'rank in the pool', 'probability', 'in the catalogue'], stars),
    '',
    realFalsePositives.length === 0
      ? 'No real spectrum without emission is in the catalogue.'
      : `Real spectra without emission that are in the catalogue: ${realFalsePositives.join(', ')}`,
  ].join('\n');
}

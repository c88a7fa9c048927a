import type { Command } from 'commander';
import { ModelSchema, type Model } from '@spectrawl/contracts';
import { percent } from '../iteration-rows.ts';
import { modelReport } from '../model-report.ts';
import { allPages } from '@spectrawl/grpc';
import { plain } from '../plain.ts';
import { withContext } from '../terminal/command-context.ts';

export function addModels(program: Command): void {
  const models = program.command('models').description('the trained networks');
  models
    .command('list', { isDefault: true })
    .description('list the models')
    .option('--campaign <name>', 'only models of this campaign')
    .action(
      withContext(async ({ spectrawl, output }, options: { campaign?: string }) => {
        const found: Model[] = [];
        const pages = allPages(
          (pageToken) => spectrawl.training.listModels({ campaignId: options.campaign ?? '', pageToken }),
          (page) => page.models,
        );
        for await (const model of pages) found.push(model);
        output.table(
          found.map((model) => plain(ModelSchema, model)),
          ['model', 'campaign', 'iteration', 'labelled', 'epochs', 'loss', 'right', 'seconds', 'precision'],
          (at) => modelRow(found[at]!),
        );
      }),
    );
  models
    .command('show')
    .description('show what a model was trained on and how its training went')
    .argument('<model>')
    .action(
      withContext(async ({ spectrawl, output }, modelId: string) => {
        const { model } = await spectrawl.training.getModel({ modelId });
        output.result(plain(ModelSchema, model!), modelReport(model!));
      }),
    );
}

function modelRow({ modelId, campaignId, iteration, trainingSet, metrics, precision }: Model): (string | number)[] {
  const labelled = (trainingSet?.classCounts ?? []).reduce((sum, count) => sum + count, 0);
  return [
    modelId,
    campaignId,
    iteration,
    labelled,
    metrics?.epochs ?? 0,
    (metrics?.loss ?? 0).toFixed(4),
    percent(metrics?.accuracy ?? 0),
    (metrics?.seconds ?? 0).toFixed(1),
    precision,
  ];
}

// npm run audit: fails where a package that is installed has a known flaw which .ci/audit-explained.json does not explain.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root.ts';
import { judgeAudit, type AuditReport } from './audit-report.ts';

const EXPLANATIONS = '.ci/audit-explained.json';

/** npm ends with an error where it finds something, and where the registry does not answer; its report says which. */
const report = await new Promise<AuditReport>((resolve) => {
  execFile(
    'npm',
    ['audit', '--json'],
    { cwd: repositoryRoot, maxBuffer: 64 * 1024 * 1024, timeout: 120_000 },
    (_, stdout) => {
      try {
        resolve(JSON.parse(stdout) as AuditReport);
      } catch {
        resolve({});
      }
    },
  );
});
const explained = JSON.parse(await readFile(join(repositoryRoot, EXPLANATIONS), 'utf8')) as Record<string, string>;
const judgement = judgeAudit(report, explained);
if (judgement === undefined) {
  console.log('NOT AUDITED: the package registry answers no audits. Run npm run audit where one does.');
} else {
  for (const { id, package: name, title, severity } of judgement.unexplained) {
    console.log(
      `${name}: ${title} (${severity}, ${id}): update it, or say in ${EXPLANATIONS} why it does not matter here`,
    );
  }
  for (const id of judgement.needless) console.log(`${id}: no longer found, take it out of ${EXPLANATIONS}`);
  console.log(`${judgement.unexplained.length} unexplained, ${Object.keys(explained).length} explained.`);
  process.exitCode = judgement.unexplained.length + judgement.needless.length > 0 ? 1 : 0;
}

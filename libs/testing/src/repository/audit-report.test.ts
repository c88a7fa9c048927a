import { expect, it } from 'vitest';
import { judgeAudit } from './audit-report.ts';

const advisory = {
  name: 'tar',
  title: 'Writes outside of its folder',
  url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
  severity: 'high',
};
const report = { vulnerabilities: { tar: { via: [advisory] }, 'node-pre-gyp': { via: ['tar'] } } };

it('an advisory that nobody has explained is told, once, with its package', () => {
  expect(judgeAudit(report, {})).toEqual({
    unexplained: [
      { id: 'GHSA-aaaa-bbbb-cccc', package: 'tar', title: 'Writes outside of its folder', severity: 'high' },
    ],
    needless: [],
  });
});

it('an explained advisory is none to worry about, and an explanation of nothing is told', () => {
  const explained = { 'GHSA-aaaa-bbbb-cccc': 'runs at installation only', 'GHSA-dddd-eeee-ffff': 'gone' };
  expect(judgeAudit(report, explained)).toEqual({ unexplained: [], needless: ['GHSA-dddd-eeee-ffff'] });
});

it('no advisories are an answer; no report is none', () => {
  expect(judgeAudit({ vulnerabilities: {} }, {})).toEqual({ unexplained: [], needless: [] });
  expect(judgeAudit({}, {})).toBeUndefined();
});

/** What of `npm audit --json` is looked at (report version 2). */
export interface AuditReport {
  vulnerabilities?: Record<string, { via: (string | Advisory)[] }>;
}

interface Advisory {
  name: string;
  title: string;
  url: string;
  severity: string;
}

/** What an audit found that nobody has explained, and explanations of what it did not find. */
export interface AuditJudgement {
  unexplained: { id: string; package: string; title: string; severity: string }[];
  needless: string[];
}

/**
 * Holds a report against the explanations.
 * @param explained by advisory (GHSA-…), why it does not matter here
 * @returns undefined where the report is none: not every registry answers audits
 */
export function judgeAudit(
  report: AuditReport,
  explained: Readonly<Record<string, string>>,
): AuditJudgement | undefined {
  if (report.vulnerabilities === undefined) return undefined;
  const found = new Map<string, Advisory>();
  for (const { via } of Object.values(report.vulnerabilities)) {
    // A package that is hit through another names that one; the advisory stands there.
    for (const cause of via) if (typeof cause !== 'string') found.set(idOf(cause), cause);
  }
  return {
    unexplained: [...found]
      .filter(([id]) => !Object.hasOwn(explained, id))
      .map(([id, { name, title, severity }]) => ({ id, package: name, title, severity })),
    needless: Object.keys(explained).filter((id) => !found.has(id)),
  };
}

const idOf = ({ url }: Advisory): string => url.slice(url.lastIndexOf('/') + 1);

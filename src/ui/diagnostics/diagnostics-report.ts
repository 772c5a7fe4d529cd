/** Writes diagnostics as Markdown for a bug report, in English, since its readers need not know the person's language. */
import type { Instant } from '../../base/clock';
import { cutText } from '../../base/cut-text';
import { oneLine } from '../../base/one-line';
import type { LoggedProblem } from '../editor/last-problems';
import { formatIsoDateTime } from '../text/date-time';
import { codeSpan } from '../text/markdown';

export interface DiagnosticSection {
  readonly title: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** Of the whole report: an issue of GitHub may have 64 K characters. */
export const MAX_DIAGNOSTICS_BYTES = 32 * 1024;
const MAX_PROBLEM_LENGTH = 500;
const MAX_FACTS = 40;

/** @param problems anonymous; the oldest are left out if there are too many */
export function diagnosticsReport(
  sections: readonly DiagnosticSection[],
  problems: readonly LoggedProblem[],
  now: Instant,
): string {
  const facts = sections.flatMap((section) => ['', `### ${section.title}`, '', ...factLines(section)]);
  const start = [
    `## ELB Job Tracker: diagnostics of ${formatIsoDateTime(now)}`,
    ...facts,
    '',
    '### Last warnings and errors of this window',
    '',
  ];
  for (let first = 0; ; first += 1) {
    const report = [...start, ...problemLines(problems.slice(first)), ''].join('\n');
    if (Buffer.byteLength(report) <= MAX_DIAGNOSTICS_BYTES || first >= problems.length) return report;
  }
}

function factLines({ facts }: DiagnosticSection): readonly string[] {
  const lines = facts.slice(0, MAX_FACTS).map(([name, value]) => `- ${name}: ${codeSpan(value)}`);
  const hidden = facts.length - lines.length;
  return hidden === 0 ? lines : [...lines, `- and ${hidden} more`];
}

/** In a code block, which no line can end: each begins with its time. */
function problemLines(problems: readonly LoggedProblem[]): readonly string[] {
  if (problems.length === 0) return ['none'];
  const lines = problems.map(
    ({ at, level, line }) => `${formatIsoDateTime(at)} ${level} ${cutText(oneLine(line), MAX_PROBLEM_LENGTH)}`,
  );
  return ['```text', ...lines, '```'];
}

/** The command that copies diagnostics for a bug report. */
import os from 'node:os';
import type { Log } from '../../base/log';
import { copyText } from '../editor/copy-text';
import type { ExtensionLog } from '../editor/extension-log';
import { anonymousLines } from './anonymous-text';
import { type DiagnosticParts, stateSections } from './diagnostic-facts';
import { type DiagnosticSection, diagnosticsReport } from './diagnostics-report';
import { privateWords } from './private-words';

interface CopyDiagnosticsParts extends DiagnosticParts {
  readonly log: Log & Pick<ExtensionLog, 'lastProblems'>;
  readonly editorSections: () => readonly DiagnosticSection[];
}

export class CopyDiagnosticsCommand {
  constructor(private readonly parts: CopyDiagnosticsParts) {}

  /** Sends nothing, and waits for the disk for 2 seconds at most. */
  async run(): Promise<void> {
    const { log, clock, editorSections } = this.parts;
    const sections = [...editorSections(), ...(await stateSections(this.parts))];
    const words = privateWords(this.parts, userName());
    const problems = log.lastProblems();
    const lines = anonymousLines(
      problems.map(({ line }) => line),
      words,
    );
    const anonymous = problems.map((problem, index) => ({ ...problem, line: lines[index] ?? '' }));
    await copyText(diagnosticsReport(sections, anonymous, clock.now()), log);
  }
}

function userName(): string | undefined {
  try {
    return os.userInfo().username;
  } catch {
    // The user of a container may have no name.
    return undefined;
  }
}

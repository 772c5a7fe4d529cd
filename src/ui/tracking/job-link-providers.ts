/** Makes links of the job ids in terminals and editors: following one asks to track that job. */
import {
  type CancellationToken,
  commands,
  DocumentLink,
  type DocumentLinkProvider,
  l10n,
  languages,
  TerminalLink,
  type TerminalLinkContext,
  type TerminalLinkProvider,
  type TextDocument,
  Range,
  Uri,
  window,
} from 'vscode';
import { jobLinksIn, mentionText } from '../../mentions/job-links';
import type { Disposable } from '../../base/disposable';

/** Where people have answers, scripts and logs; our own documents are of jobs that are tracked already. */
const SCHEMES = ['file', 'untitled', 'vscode-remote', 'vscode-vfs', 'git', 'output', 'vscode-notebook-cell'];
/** Characters; reading more would be felt while typing. */
const LONGEST_DOCUMENT = 1_000_000;
const LONGEST_LINE = 20_000;
const MOST_LINKS = 1000;

interface JobTerminalLink extends TerminalLink {
  /** Mentions the job and what is known of its place. */
  readonly text: string;
}

class JobLinks implements DocumentLinkProvider, TerminalLinkProvider<JobTerminalLink> {
  provideTerminalLinks({ line }: TerminalLinkContext, token: CancellationToken): JobTerminalLink[] {
    if (line.length > LONGEST_LINE || token.isCancellationRequested) return [];
    return jobLinksIn(line, MOST_LINKS).map(({ start, end, mention }) =>
      Object.assign(new TerminalLink(start, end - start, tooltip()), { text: mentionText(mention) }),
    );
  }

  async handleTerminalLink({ text }: JobTerminalLink): Promise<void> {
    await commands.executeCommand('elbJobs.track', text);
  }

  provideDocumentLinks(document: TextDocument, token: CancellationToken): DocumentLink[] {
    const text = document.getText();
    if (text.length > LONGEST_DOCUMENT || token.isCancellationRequested) return [];
    return jobLinksIn(text, MOST_LINKS).map(({ start, end, mention }) => {
      const query = encodeURIComponent(JSON.stringify([mentionText(mention)]));
      const target = Uri.parse(`command:elbJobs.track?${query}`);
      const link = new DocumentLink(new Range(document.positionAt(start), document.positionAt(end)), target);
      link.tooltip = tooltip();
      return link;
    });
  }
}

export function registerJobLinks(): readonly Disposable[] {
  const links = new JobLinks();
  return [
    window.registerTerminalLinkProvider(links),
    languages.registerDocumentLinkProvider(
      SCHEMES.map((scheme) => ({ scheme })),
      links,
    ),
  ];
}

function tooltip(): string {
  return l10n.t('Track ELB Job');
}

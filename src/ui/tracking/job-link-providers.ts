/** Shows job ids in terminals and editors as links; clicking one runs Track ELB Job. */
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

/** Documents that may hold responses, scripts and logs; our own documents show jobs that are tracked already. */
const SCHEMES = ['file', 'untitled', 'vscode-remote', 'vscode-vfs', 'git', 'output', 'vscode-notebook-cell'];
/** Scanning a longer text would delay typing. */
const MAX_DOCUMENT_CHARACTERS = 1_000_000;
const MAX_LINE_CHARACTERS = 20_000;
const MAX_LINKS = 1000;

interface JobTerminalLink extends TerminalLink {
  /** Mentions the job and, if known, its endpoint and project. */
  readonly text: string;
}

class JobLinks implements DocumentLinkProvider, TerminalLinkProvider<JobTerminalLink> {
  provideTerminalLinks({ line }: TerminalLinkContext, token: CancellationToken): JobTerminalLink[] {
    if (line.length > MAX_LINE_CHARACTERS || token.isCancellationRequested) return [];
    return jobLinksIn(line, MAX_LINKS).map(({ start, end, mention }) =>
      Object.assign(new TerminalLink(start, end - start, tooltip()), { text: mentionText(mention) }),
    );
  }

  async handleTerminalLink({ text }: JobTerminalLink): Promise<void> {
    await commands.executeCommand('elbJobs.track', text);
  }

  provideDocumentLinks(document: TextDocument, token: CancellationToken): DocumentLink[] {
    const text = document.getText();
    if (text.length > MAX_DOCUMENT_CHARACTERS || token.isCancellationRequested) return [];
    return jobLinksIn(text, MAX_LINKS).map(({ start, end, mention }) => {
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

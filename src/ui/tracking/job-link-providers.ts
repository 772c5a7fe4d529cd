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
import type { Disposable } from '../../base/disposable';
import { MAX_JOB_LINKS, MAX_LINKED_DOCUMENT_LENGTH, MAX_LINKED_LINE_LENGTH } from '../../base/limits';
import { type JobLink, jobLinksInTurns, mentionText } from '../../mentions/job-links';

/** Documents that may hold responses, scripts and logs; our own documents show jobs that are tracked already. */
const SCHEMES = ['file', 'untitled', 'vscode-remote', 'vscode-vfs', 'git', 'output', 'vscode-notebook-cell'];

interface JobTerminalLink extends TerminalLink {
  /** Mentions the job and, if known, its endpoint and project. */
  readonly text: string;
}

class JobLinks implements DocumentLinkProvider, TerminalLinkProvider<JobTerminalLink> {
  async provideTerminalLinks({ line }: TerminalLinkContext, token: CancellationToken): Promise<JobTerminalLink[]> {
    if (line.length > MAX_LINKED_LINE_LENGTH) return [];
    const links = await jobLinksInTurns(line, MAX_JOB_LINKS, () => !token.isCancellationRequested);
    return (links ?? []).map(({ start, end, mention }) =>
      Object.assign(new TerminalLink(start, end - start, tooltip()), { text: mentionText(mention) }),
    );
  }

  async handleTerminalLink({ text }: JobTerminalLink): Promise<void> {
    await commands.executeCommand('elbJobs.track', text);
  }

  async provideDocumentLinks(document: TextDocument, token: CancellationToken): Promise<DocumentLink[]> {
    // The length is known without the text, which the editor would first put together from its lines.
    if (lengthOf(document) > MAX_LINKED_DOCUMENT_LENGTH || token.isCancellationRequested) return [];
    const { version } = document;
    // After a change, the editor asks again.
    const isWanted = () => !token.isCancellationRequested && document.version === version;
    const links = await jobLinksInTurns(document.getText(), MAX_JOB_LINKS, isWanted);
    return (links ?? []).map((link) => documentLink(document, link));
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

function lengthOf(document: TextDocument): number {
  if (document.lineCount > MAX_LINKED_DOCUMENT_LENGTH) return document.lineCount;
  return document.offsetAt(document.lineAt(document.lineCount - 1).range.end);
}

function documentLink(document: TextDocument, { start, end, mention }: JobLink): DocumentLink {
  const query = encodeURIComponent(JSON.stringify([mentionText(mention)]));
  const target = Uri.parse(`command:elbJobs.track?${query}`);
  const link = new DocumentLink(new Range(document.positionAt(start), document.positionAt(end)), target);
  link.tooltip = tooltip();
  return link;
}

function tooltip(): string {
  return l10n.t('Track ELB Job');
}

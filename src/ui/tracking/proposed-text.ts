/** The text that the input box of Track ELB Job proposes. */
import { env, Range, type TextEditor, UIKind, window } from 'vscode';
import { MAX_PASTED_LENGTH } from '../../base/limits';
import { mentionText } from '../../mentions/job-links';
import { type JobMentions, jobsIn, jobsInTurns } from '../../mentions/job-mentions';
import { beginningOf } from '../../mentions/text/text-beginning';

export interface ProposedText {
  readonly text: string;
  /** The whole text that it stands for, with its line breaks. */
  readonly original: string;
  /** The jobs in the whole text. */
  readonly found: JobMentions;
  /** Whether only the beginning of the selection or of the clipboard's text was searched. */
  readonly isCut: boolean;
}

/** In characters. Of a longer text, only the ids are proposed. */
const MAX_PROPOSAL_LENGTH = 300;

/** Returns the editor's selection, else the clipboard's text, if it has likely jobs; otherwise an empty string. */
export async function proposedText(): Promise<ProposedText> {
  const editor = window.activeTextEditor;
  const selected = editor === undefined ? '' : selectionOf(editor);
  const proposal = (await proposalIn(selected)) ?? (await proposalIn(await clipboardText()));
  return proposal ?? { text: '', original: '', found: jobsIn(''), isCut: false };
}

/** Returns slightly more than is searched, to show that the text is longer. */
function selectionOf({ document, selection }: TextEditor): string {
  const { start, end } = selection;
  const limit = document.positionAt(document.offsetAt(start) + 2 * MAX_PASTED_LENGTH);
  return document.getText(new Range(start, limit.isBefore(end) ? limit : end));
}

/** Empty in a browser, which asks the person for permission each time. */
async function clipboardText(): Promise<string> {
  return env.uiKind === UIKind.Web ? '' : env.clipboard.readText();
}

async function proposalIn(text: string): Promise<ProposedText | undefined> {
  const found = await jobsInTurns(text);
  const { mentions, candidates, problem, lengthIfCut } = found;
  // Other ids, e.g. of a request, are in many texts that a person copies for other purposes.
  const jobs = [...mentions, ...candidates.filter(({ isLikely }) => isLikely)];
  const searched = beginningOf(text.trim(), MAX_PASTED_LENGTH);
  if (jobs.length === 0 || problem === 'too-many' || isUnlikelyId(searched)) return undefined;
  const line = searched.replace(/\s+/g, ' ');
  const isShort = lengthIfCut === undefined && line.length <= MAX_PROPOSAL_LENGTH;
  // A copy: a part of the text would keep the whole in memory.
  const proposed = isShort ? structuredClone(line) : jobs.map(mentionText).join(' ');
  return { text: proposed, original: text, found, isCut: lengthIfCut !== undefined };
}

/** Any single word could be an id; only the usual form is proposed. */
function isUnlikelyId(trimmed: string): boolean {
  return /^\S+$/.test(trimmed) && !/[0-9a-f]{8}-?[0-9a-f]{4}/i.test(trimmed);
}

/** The text that the input box of Track ELB Job proposes. */
import { env, UIKind, window } from 'vscode';
import { mentionText } from '../../mentions/job-links';
import { jobsIn } from '../../mentions/job-mentions';

/** In characters. Of a longer text, only the ids are proposed. */
const MAX_PROPOSAL_LENGTH = 300;

/** Returns the editor's selection, else the clipboard's text, if it mentions jobs; otherwise an empty string. */
export async function proposedText(): Promise<string> {
  const editor = window.activeTextEditor;
  const selected = editor === undefined ? '' : editor.document.getText(editor.selection);
  return proposalIn(selected) ?? proposalIn(await clipboardText()) ?? '';
}

/** Empty in a browser, which asks the person for permission each time. */
async function clipboardText(): Promise<string> {
  return env.uiKind === UIKind.Web ? '' : env.clipboard.readText();
}

function proposalIn(text: string): string | undefined {
  const found = jobsIn(text);
  if (found.mentions.length === 0 || found.problem !== undefined || isUnlikelyId(text)) return undefined;
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length <= MAX_PROPOSAL_LENGTH ? line : found.mentions.map(mentionText).join(' ');
}

/** Any single word could be an id; only the usual form is proposed. */
function isUnlikelyId(text: string): boolean {
  return /^\S+$/.test(text.trim()) && !/[0-9a-f]{8}-?[0-9a-f]{4}/i.test(text);
}

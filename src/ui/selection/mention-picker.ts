/** A list to pick jobs from the ids of a pasted text, for a text that leaves open which of them are jobs. */
import { l10n, QuickInputButtons, type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import { MAX_MENTIONS } from '../../base/limits';
import type { Candidate, JobMention } from '../../mentions/job-mention';
import type { JobMentions } from '../../mentions/job-mentions';
import { type Answer, BACK, showInput, type StepFrame } from '../editor/input-steps';
import { appearanceWord, flawWord, hopelessSentence, isHopeless } from '../text/mention-words';
import { plainLine, plainText, truncate } from '../text/plain-text';
import { withDots } from '../text/punctuation';
import { type IdPlace, placesIn } from './certain-places';
import { pickedItems } from './job-picker';

export interface MentionQuestion extends Pick<JobMentions, 'mentions' | 'candidates'> {
  /** The text that the ids are from. */
  readonly text: string;
  /** The ids that have a tick at first; by default the certain and the likely ones. */
  readonly ticked: ReadonlySet<string> | undefined;
  /** Called with the ids that have a tick after each change. */
  readonly onTick: (ids: ReadonlySet<string>) => void;
}

/** A heading has no mention. */
interface MentionItem extends QuickPickItem {
  readonly mention?: JobMention;
  /** Why the id cannot be picked. */
  readonly refusal?: string | undefined;
}

/** In characters. A longer beginning would push the id out of a narrow list. */
const MAX_WORDS_BEFORE = 40;
const MAX_WORDS_AFTER = 80;
const SHOWN_ID_LENGTH = 8;

/** Whether a person has to decide which ids of the text are jobs. */
export function needsPick({ mentions, candidates }: JobMentions): boolean {
  return mentions.length === 0
    ? candidates.some((candidate) => !isHopeless(candidate))
    : candidates.some(({ isLikely }) => isLikely);
}

/** @returns the picked jobs, `BACK`, or undefined if the person cancelled. */
export function pickMentions(frame: StepFrame, question: MentionQuestion): Promise<Answer<readonly JobMention[]>> {
  const pick = window.createQuickPick<MentionItem>();
  pick.placeholder = l10n.t('Which are jobs of ELB? Tick with Space, track with Enter');
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.items = itemsOf(question);
  const isTicked = tickedAtFirst(question);
  pick.selectedItems = pick.items.filter(({ mention }) => mention !== undefined && isTicked(mention));
  return showInput<readonly JobMention[]>(frame, pick, (answer) => [
    pick.onDidTriggerButton((button) => {
      if (button === QuickInputButtons.Back) answer(BACK);
    }),
    pick.onDidChangeSelection((selected) => {
      const allowed = selected.filter(({ refusal }) => refusal === undefined);
      if (allowed.length < selected.length) {
        pick.selectedItems = allowed;
        showRefusal(selected);
      }
      question.onTick(new Set(allowed.flatMap(({ mention }) => mention?.jobId ?? [])));
    }),
    pick.onDidAccept(() => {
      const picked = pickedItems(pick);
      const mentions = picked.flatMap(({ mention, refusal }) => (refusal === undefined ? (mention ?? []) : []));
      // Nothing is tracked that the person has not chosen.
      if (mentions.length > 0) answer(mentions);
      else showRefusal(picked);
    }),
  ]);
}

/** If all rows were ticked at once, the rows say enough. */
function showRefusal(items: readonly MentionItem[]): void {
  const [refusal, ...others] = items.flatMap((item) => item.refusal ?? []);
  if (refusal !== undefined && others.length === 0) void window.showInformationMessage(refusal);
}

function tickedAtFirst({ mentions, candidates, ticked }: MentionQuestion): (mention: JobMention) => boolean {
  if (ticked !== undefined) return ({ jobId }) => ticked.has(jobId);
  const proposed = new Set<JobMention>([...mentions, ...candidates.filter(isProposed)]);
  return (mention) => proposed.has(mention);
}

function isProposed(candidate: Candidate): boolean {
  return candidate.isLikely && !isHopeless(candidate);
}

function itemsOf({ text, mentions, candidates }: MentionQuestion): readonly MentionItem[] {
  const places = placesIn(text, mentions);
  const certain = mentions.map((mention) => certainItem(mention, places.get(mention.jobId)));
  const likely = candidates.filter(isProposed);
  const hopeless = candidates.filter(isHopeless);
  const others = candidates.filter((candidate) => !isProposed(candidate) && !isHopeless(candidate));
  const all = [
    { heading: l10n.t('Probably jobs of ELB'), items: [...certain, ...likely.map(candidateItem)] },
    { heading: l10n.t('Other IDs'), items: others.map(candidateItem) },
    { heading: l10n.t('Cannot be tracked'), items: hopeless.map(hopelessItem) },
  ];
  let left = MAX_MENTIONS;
  const shown = all.flatMap(({ heading, items }) => {
    const some = items.slice(0, left);
    left -= some.length;
    return some.length === 0 ? [] : [separator(heading), ...some];
  });
  const hidden = mentions.length + candidates.length - (MAX_MENTIONS - left);
  return hidden === 0 ? shown : [...shown, separator(l10n.t('{count} more IDs are not shown', { count: hidden }))];
}

function separator(label: string): MentionItem {
  return { label, kind: QuickPickItemKind.Separator };
}

function certainItem(mention: JobMention, place: IdPlace | undefined): MentionItem {
  const { jobId: label } = mention;
  const word = withDots([l10n.t('job ID'), flawWord(label)]);
  if (place === undefined) return { label, description: word, mention };
  return { label, description: withLine(word, place), detail: lineAround(label, place), mention };
}

function candidateItem(candidate: Candidate): MentionItem {
  return {
    label: plainText(candidate.jobId),
    description: withLine(wordsFor(candidate), candidate),
    detail: lineAround(candidate.jobId, candidate),
    mention: candidate,
  };
}

/** What is wrong with an id comes before its line, since a narrow list cuts off the end. */
function wordsFor(candidate: Candidate): string {
  const { appearsAs, jobId } = candidate;
  const mayBeJob = appearsAs === 'job' || appearsAs === 'unknown';
  return withDots([appearanceWord(candidate), mayBeJob ? flawWord(jobId) : undefined]);
}

function hopelessItem(candidate: Candidate): MentionItem {
  const item = candidateItem(candidate);
  return { ...item, label: `$(circle-slash) ${item.label}`, refusal: hopelessSentence(candidate) };
}

function withLine(word: string, { line }: IdPlace): string {
  return `${word} · ${l10n.t('line {line}', { line })}`;
}

/** The line of the text with the beginning of the id, e.g. `"request_id": "7abc9c31…", "job_type"`. */
function lineAround(jobId: string, { before, after }: IdPlace): string {
  // The dots keep the spaces next to the id.
  const start = withoutGaps(`${before}.`).slice(0, -1);
  const end = withoutGaps(`.${after}`).slice(1);
  const id = truncate(plainLine(jobId), SHOWN_ID_LENGTH);
  return `${endOf(start)}${id}${truncate(end, MAX_WORDS_AFTER)}`;
}

/** Tables have many spaces. */
function withoutGaps(text: string): string {
  return plainLine(text).replace(/\s+/g, ' ');
}

/** Begins with a whole word if it is short, and never with half of a surrogate pair. */
function endOf(words: string): string {
  if (words.length <= MAX_WORDS_BEFORE) return words;
  const end = words.slice(-MAX_WORDS_BEFORE);
  return `…${end.replace(/^(?:\S{0,20}\s+(?=\S)|[\udc00-\udfff])/, '')}`;
}

/** Joins the lines of a text that a terminal or a mail program broke in the middle of an id, a name or a request's URL. */
import type { SlicedWork, Slices } from '../../base/work/slices';
import type { DecodedText } from './decoded-text';
import { type Break, innerBreaksAt } from './inner-breaks';

/** Of the checks of a line break, in characters of other work. */
const LINE_COST = 8;

/** @returns the text with ids and URLs in one piece, in time proportional to its length. */
export function* withoutWraps(source: DecodedText, slices: Slices): SlicedWork<DecodedText> {
  const { text } = source;
  const breaks: Break[] = [];
  for (let [at, previous] = [text.indexOf('\n'), 0]; at !== -1;) {
    if (slices.isOver(at - previous + LINE_COST)) yield;
    previous = at;
    const found = at === 0 || text.charCodeAt(at - 1) <= 0x20 ? undefined : innerBreaksAt(text, at);
    for (const each of found ?? []) breaks.push(each);
    at = text.indexOf('\n', Math.max(at + 1, found?.at(-1)?.end ?? 0));
  }
  return breaks.length === 0 ? source : joined(source, breaks);
}

function joined({ text, lineStarts }: DecodedText, breaks: readonly Break[]): DecodedText {
  const parts: string[] = [];
  let [kept, removed, line] = [0, 0, 0];
  const starts: number[] = [];
  for (const { start, end } of breaks) {
    parts.push(text.slice(kept, start));
    for (; line < lineStarts.length && (lineStarts[line] ?? 0) <= end; line += 1) {
      starts.push(Math.min(lineStarts[line] ?? 0, start) - removed);
    }
    removed += end - start;
    kept = end;
  }
  parts.push(text.slice(kept));
  for (; line < lineStarts.length; line += 1) starts.push((lineStarts[line] ?? 0) - removed);
  return { text: parts.join(''), lineStarts: starts };
}

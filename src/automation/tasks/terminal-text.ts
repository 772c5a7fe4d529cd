/** Texts for a terminal: colours of the theme, marks of outcomes, and times. Whatever is painted must be plain text. */
import type { Instant } from '../../base/clock';
import { classifyStatus } from '../../jobs/model/job-status';
import type { Outcome } from '../../jobs/waiting/outcome';
import { isInstant, NO_TIME } from '../../ui/text/date-time';

/** Of the 16 colours that a theme defines. */
const COLORS = { red: 31, green: 32, yellow: 33, blue: 34, grey: 90 } as const;
export type Color = keyof typeof COLORS;

const BOLD = ['\x1b[1m', '\x1b[22m'] as const;
const DEFAULT_COLOR = '\x1b[39m';

export function paint(color: Color, text: string): string {
  return `\x1b[${String(COLORS[color])}m${text}${DEFAULT_COLOR}`;
}

export function bold(text: string): string {
  return `${BOLD[0]}${text}${BOLD[1]}`;
}

export function colorOfStatus(status: string | undefined): Color {
  switch (classifyStatus(status)) {
    case 'in-progress':
      return status === 'ROLLBACKING' ? 'yellow' : 'blue';
    case 'succeeded':
      return 'green';
    case 'failed':
      return 'red';
    case 'cancelled':
    case 'unknown':
      return 'yellow';
  }
}

/** The outcome without a colour, e.g. for the name of a terminal. */
export function markOf(outcome: Outcome): string {
  switch (outcome) {
    case 'succeeded':
      return '✓';
    case 'cancelled':
    case 'waiting':
    case 'removed':
    case 'timed-out':
    case 'unreachable':
      return '!';
    case 'failed':
    case 'refused':
    case 'not-found':
      return '✗';
  }
}

export function colorOfOutcome(outcome: Outcome): Color {
  const mark = markOf(outcome);
  return mark === '✓' ? 'green' : mark === '✗' ? 'red' : 'yellow';
}

/** E.g. `09:00:00`, in the local time zone and the same width in all languages. */
export function timeOfDay(instant: Instant): string {
  if (!isInstant(instant)) return NO_TIME;
  const time = new Date(instant);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** What a timeline's page and a job's report say of one row: its name, status, times, duration and error. */
import { env, l10n } from 'vscode';
import type { Instant } from '../../base/clock';
import type { JobFields } from '../../cloud/api/job';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { isInstant } from '../text/date-time';
import { formatDuration, formatElapsed } from '../text/duration';
import { jobTypeWord, shownName, subjectWord, waitingUpgradeWord } from '../text/job-words';
import { plainText } from '../text/plain-text';
import { withDots } from '../text/punctuation';
import { subJobMark } from '../parts/sub-job-names';
import type { Bar, GapRow, JobRow, SubJobRow, TimelineRow } from './timeline-model';
import type { Cell } from './timeline-page';

export function gapWord(): string {
  return l10n.t('Gap');
}

/** @param textOf what is shown or copied of a name from the service. */
export function nameOf(part: JobFields | undefined, textOf = shownName, mark?: string): Cell {
  const type = part?.jobType === undefined ? undefined : textOf(part.jobType);
  if (mark === undefined) return type === undefined ? { text: jobTypeWord(part) } : { quoted: type };
  return { quoted: withDots([type ?? jobTypeWord(part), mark]) };
}

/** The type of a job and the name of its resource; of a sub-job, what distinguishes it. For `textOf`, see `nameOf`. */
export function rowName(row: JobRow | SubJobRow, tracked: TrackedJob, textOf = shownName): Cell {
  return nameOf(row.part, textOf, row.kind === 'job' ? subjectWord(tracked) : subJobMark(tracked, row.part));
}

/** For `textOf`, see `nameOf`. */
export function statusOf(part: JobFields, textOf = shownName): Cell {
  const { status } = part;
  if (status === undefined) return { text: l10n.t('no status') };
  return {
    quoted: textOf(status),
    text: waitingUpgradeWord(part),
  };
}

export function errorOf({ errorCode, errorMessage }: JobFields): Cell | undefined {
  const code = errorCode === undefined ? [] : [shownName(errorCode)];
  const words = errorMessage === undefined ? code : [...code, plainText(errorMessage)];
  return words.length === 0 ? undefined : { quoted: words.join(' · ') };
}

/** A time that cannot be one is shown as missing. */
export function timeOf(instant: Instant | undefined): Cell {
  return isInstant(instant) ? { instant } : { text: l10n.t('missing') };
}

export function beginOf(bar: Bar | undefined): Cell {
  return bar === undefined || bar.kind === 'end-only' ? { text: l10n.t('missing') } : { instant: bar.start };
}

export function endOf(bar: Bar | undefined, { endTime }: JobFields): Cell {
  switch (bar?.kind) {
    case 'whole':
    case 'end-only':
      return { instant: bar.end };
    case 'open':
      return { text: l10n.t('not yet') };
    case 'reversed':
      return { ...timeOf(endTime), text: l10n.t('before it began') };
    case 'last-seen':
    case 'begin-only':
    case undefined:
      return { text: l10n.t('missing') };
  }
}

export function endOfGap({ end, isOpen }: GapRow): Cell {
  return isOpen ? { text: l10n.t('not yet') } : { instant: end };
}

/** @returns '' if begin or end is missing. */
export function durationOf(row: TimelineRow): string {
  if (row.kind === 'gap') return (row.isOpen ? formatElapsed : formatDuration)(row.end - row.start, env.language);
  const { bar } = row;
  if (bar?.kind === 'whole') return formatDuration(bar.end - bar.start, env.language);
  return bar?.kind === 'open' ? formatElapsed(bar.end - bar.start, env.language) : '';
}

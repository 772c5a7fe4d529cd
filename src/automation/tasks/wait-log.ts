/** The lines that a task prints while it waits: one for each change, and troubles that jobs share only once. */
import { l10n } from 'vscode';
import type { Clock } from '../../base/clock';
import type { JobFields } from '../../cloud/api/job';
import type { DurationHistory } from '../../jobs/model/duration-history';
import { classifyStatus, hasError, isFailed } from '../../jobs/model/job-status';
import { jobKey, type JobKey } from '../../jobs/model/job-reference';
import { type PollError, stopsCredential } from '../../jobs/model/poll-error';
import { isLost, type TrackedJob } from '../../jobs/model/tracked-job';
import { type JobStep, stepsBetween } from '../../jobs/waiting/job-steps';
import type { WaitProgress } from '../../jobs/waiting/job-waiter';
import { subJobName } from '../../ui/parts/sub-job-names';
import { pollErrorSentence } from '../../ui/text/advice-words';
import { errorLabel, errorSentence } from '../../ui/text/error-words';
import {
  contradictionWord,
  distinctJobTitle,
  durationWord,
  moreWord,
  noLongerTrackedSentence,
  shownName,
  statusWord,
  timeLeftWords,
  waitingUpgradeWord,
} from '../../ui/text/job-words';
import { plainTextUpTo } from '../../ui/text/plain-text';
import { named, withDots } from '../../ui/text/punctuation';
import { bold, type Color, colorOfStatus, paint, timeOfDay } from './terminal-text';

interface WaitLogParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly durations: DurationHistory;
  /** Prints a line. */
  readonly print: (line: string) => void;
}

type SubJobStep = Extract<JobStep, { kind: 'sub-job' }>;

/** Of one change of a job, which may have thousands of sub-jobs. */
const MAX_SUB_JOB_LINES = 50;
const MAX_MESSAGE_LENGTH = 160;
/** Of more jobs, only the failed sub-jobs are printed at first: thousands of lines hide what happens next, and take long. */
const MAX_JOBS_IN_DETAIL = 20;

export class WaitLog {
  /** What was printed of troubles that jobs share, until polls of all jobs succeed again. */
  private readonly shared = new Set<string>();
  /** The jobs that have such trouble now. */
  private readonly troubled = new Set<JobKey>();

  constructor(
    private readonly parts: WaitLogParts,
    /** How many jobs are waited for. Lines of sub-jobs name the job if there are several. */
    private readonly jobs: number,
  ) {}

  /** Prints a line with the time. */
  line(text: string): void {
    this.parts.print(`${paint('grey', timeOfDay(this.parts.clock.now()))}  ${text}`);
  }

  note(color: Color, text: string): void {
    this.line(paint(color, text));
  }

  print({ reference, before, after }: WaitProgress): void {
    const key = jobKey(reference);
    if (after === undefined) {
      if (before !== undefined) this.note('yellow', noLongerTrackedSentence([before]));
      this.troubled.delete(key);
      return;
    }
    const steps = stepsBetween(before, after);
    const news = steps.filter(isNews);
    this.subJobLines(after, before === undefined && this.jobs > MAX_JOBS_IN_DETAIL ? news.filter(hasFailed) : news);
    const isNew = before === undefined && after.job === undefined && after.pollFailure === undefined;
    if (isNew || steps.some(({ kind }) => kind === 'job')) {
      this.line(named(bold(distinctJobTitle(after)), this.stateOf(after)));
    }
    for (const step of steps) {
      if (step.kind === 'poll-failed') this.pollFailed(key, after, step.error);
      else if (step.kind === 'polled-again') this.recovered(key);
    }
  }

  private subJobLines(tracked: TrackedJob, steps: readonly SubJobStep[]): void {
    const isCut = steps.length > MAX_SUB_JOB_LINES;
    const shown = isCut ? [...steps.filter(hasFailed), ...steps.filter((step) => !hasFailed(step))] : steps;
    for (const { subJob } of shown.slice(0, MAX_SUB_JOB_LINES)) {
      const name = subJobName(tracked, subJob);
      const state = withDots([statusOf(subJob), durationWord(subJob), errorOf(subJob)]);
      this.line(named(this.jobs > 1 ? `${distinctJobTitle(tracked)} › ${name}` : `› ${name}`, state));
    }
    if (isCut) this.line(`› ${moreWord(steps.length - MAX_SUB_JOB_LINES)}`);
  }

  private stateOf(tracked: TrackedJob): string {
    const { job, reference } = tracked;
    if (job === undefined) return l10n.t('waiting for the first response');
    const prediction = this.parts.durations.of(reference).predict(job.jobType);
    const left = prediction && timeLeftWords(tracked, prediction, this.parts.clock.now());
    return withDots([
      statusOf(job),
      waitingUpgradeWord(job),
      contradictionWord(job),
      durationWord(job),
      left?.short,
      classifyStatus(job.status) === 'in-progress' ? undefined : errorOf(job),
    ]);
  }

  private pollFailed(key: JobKey, tracked: TrackedJob, error: PollError): void {
    if (isOfOneJob(tracked, error)) {
      this.recovered(key);
      this.note('yellow', named(distinctJobTitle(tracked), pollErrorSentence(tracked, error)));
      return;
    }
    this.troubled.add(key);
    const { endpoint, projectId } = tracked.reference;
    // Refused credentials are of one project; a network is of all.
    const place = stopsCredential(error) ? `${endpoint} ${projectId} ` : '';
    const trouble = `${place}${errorLabel(error)}`;
    if (this.shared.has(trouble)) return;
    this.shared.add(trouble);
    this.note('yellow', errorSentence(error));
  }

  private recovered(key: JobKey): void {
    if (!this.troubled.delete(key) || this.troubled.size > 0) return;
    this.shared.clear();
    this.line(l10n.t('Polls succeed again.'));
  }
}

/** A sub-job that is listed before it begins is no news. */
function isNews(step: JobStep): step is SubJobStep {
  return step.kind === 'sub-job' && (step.status !== 'INIT' || step.before !== undefined);
}

function hasFailed({ subJob }: SubJobStep): boolean {
  return isFailed(subJob);
}

/** Other errors are of a network, a service or credentials that jobs share. */
function isOfOneJob(tracked: TrackedJob, { kind }: PollError): boolean {
  return isLost(tracked) || kind === 'not-found-yet' || kind === 'bad-request';
}

function statusOf(part: JobFields): string {
  return paint(colorOfStatus(part.status), statusWord(part));
}

/** The error code and the beginning of the message, as the service sent them. */
export function errorOf(part: JobFields): string | undefined {
  if (!hasError(part)) return undefined;
  const { errorCode, errorMessage } = part;
  return withDots([
    errorCode === undefined ? undefined : shownName(errorCode),
    errorMessage === undefined ? undefined : plainTextUpTo(MAX_MESSAGE_LENGTH, errorMessage),
  ]);
}

/** Notifications that jobs have ended. All of them are shown here, so that the settings always apply. */
import { l10n, window } from 'vscode';
import type { Clock } from '../../base/clock';
import type { Log } from '../../base/log';
import type { JobOwner } from '../../demo/counted-jobs';
import { isDemo } from '../../demo/demo-project';
import type { JobEnding } from '../../jobs/endings/ending-batch';
import type { JobKey } from '../../jobs/model/job-reference';
import type { JobStore } from '../../jobs/store/job-store';
import { classifyStatus, succeededWithFailedSubJob, hasFailed, isWaitingUpgrade } from '../../jobs/model/job-status';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { needsDecision } from '../../jobs/model/waiting-upgrade';
import { countWithDemoMark } from '../text/demo-words';
import { endingWords } from './ending-words';
import { copyText } from '../editor/copy-text';
import { jobReportInTurns } from '../timeline/job-report';
import { countsVerdict } from '../timeline/verdict-words';
import { noLongerTrackedSentence } from '../text/job-words';
import { consoleLinks } from '../text/console-links';
import type { NotificationLevel } from '../editor/settings';

interface EndingNoticesParts {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly level: () => NotificationLevel;
  readonly reveal: (key: JobKey) => Promise<void>;
  readonly openInConsole: (tracked: TrackedJob) => Promise<void>;
  /** Copies a command that ends the wait of an upgrade. */
  readonly copyCommand: (tracked: TrackedJob) => Promise<void>;
}

/** What a notification says of several jobs. */
interface NoticeSummary {
  readonly words: string;
  readonly severity: 'information' | 'warning' | 'error';
}

export class EndingNotices {
  /** Notifications that the person has not closed. */
  private readonly open = { demo: 0, own: 0 };

  constructor(private readonly parts: EndingNoticesParts) {}

  /** Whether the person has not yet closed a notification about demo jobs, and has none about others. */
  get hasOnlyDemoNotices(): boolean {
    return this.open.demo > 0 && this.open.own === 0;
  }

  /**
   * Shows the endings that the settings let through; demo jobs get a separate notification. Resolves when the person has
   * closed the notifications.
   */
  async announce(endings: readonly JobEnding[]): Promise<void> {
    const announced = endings.filter(({ tracked }) => this.shouldAnnounce(tracked));
    const ofDemo = announced.filter(({ tracked }) => isDemo(tracked.reference));
    const ofCloud = announced.filter(({ tracked }) => !isDemo(tracked.reference));
    await Promise.all([this.showFor(ofCloud), this.showFor(ofDemo)]);
  }

  /** Whether the settings and the job's mute let the ending be announced. */
  shouldAnnounce({ job, muted }: TrackedJob): boolean {
    if (muted) return false;
    const level = this.parts.level();
    return level === 'all' || (level === 'failures' && hasFailed(job));
  }

  /**
   * As `announce`, in one notification and regardless of the settings: for endings that the person waits for.
   * @param summary by default, says how the jobs ended
   */
  async showFor(endings: readonly JobEnding[], summary?: NoticeSummary): Promise<void> {
    if (endings.length === 0) return;
    const owner: JobOwner = endings.every(({ tracked }) => isDemo(tracked.reference)) ? 'demo' : 'own';
    this.open[owner] += 1;
    try {
      await this.show(endings, summary);
    } finally {
      this.open[owner] -= 1;
    }
  }

  private async show(endings: readonly JobEnding[], summary: NoticeSummary | undefined): Promise<void> {
    const [first, ...others] = endings;
    if (first === undefined) return;
    const jobs = endings.map(({ tracked }) => tracked);
    const show = others.length === 0 ? l10n.t('Show Job') : l10n.t('Show Jobs');
    const openInConsole = l10n.t('Open in Console');
    const copyReport = l10n.t('Copy Report');
    const isInConsole = others.length === 0 && consoleLinks(first.tracked).length > 0;
    const copyCommand = l10n.t('Copy Command');
    const isUndecided = others.length === 0 && needsDecision(first.tracked) && !isDemo(first.tracked.reference);
    const actions = [show, ...(isInConsole ? [openInConsole] : []), ...(isUndecided ? [copyCommand] : []), copyReport];
    const chosen =
      summary !== undefined
        ? await announceSummary(summary, ...actions)
        : others.length === 0
          ? await announceOne(first.tracked, ...actions)
          : await announceMany(jobs, ...actions);
    if (chosen === openInConsole) await this.parts.openInConsole(this.current(first));
    else if (chosen === copyCommand) await this.parts.copyCommand(this.current(first));
    else if (chosen === copyReport) await this.copyReports(endings);
    else if (chosen === show) await this.reveal(endings);
  }

  /** Reveals the first failed job, or the first job if none failed. */
  private async reveal(endings: readonly JobEnding[]): Promise<void> {
    const present = endings.filter(({ key }) => this.parts.store.get(key) !== undefined);
    const shown = present.find(({ tracked }) => hasFailed(tracked.job)) ?? present[0];
    if (shown === undefined) {
      void window.showInformationMessage(noLongerTrackedSentence(endings.map(({ tracked }) => tracked)));
      return;
    }
    const { key, tracked } = shown;
    this.parts.store.markSeen(new Map([[key, tracked.endingNumber]]));
    await this.parts.reveal(key);
  }

  private async copyReports(endings: readonly JobEnding[]): Promise<void> {
    const { clock, log } = this.parts;
    const report = await jobReportInTurns(
      endings.map((ending) => this.current(ending)),
      clock.now(),
    );
    await copyText(report, log);
  }

  /** The job as it is now, since a notification may stay open for hours. */
  private current({ key, tracked }: JobEnding): TrackedJob {
    return this.parts.store.get(key) ?? tracked;
  }
}

function announceSummary({ words, severity }: NoticeSummary, ...actions: string[]): Thenable<string | undefined> {
  switch (severity) {
    case 'error':
      return window.showErrorMessage(words, ...actions);
    case 'warning':
      return window.showWarningMessage(words, ...actions);
    case 'information':
      return window.showInformationMessage(words, ...actions);
  }
}

function announceOne(tracked: TrackedJob, ...actions: string[]): Thenable<string | undefined> {
  const words = endingWords(tracked);
  switch (classifyStatus(tracked.job?.status)) {
    case 'failed':
      return window.showErrorMessage(words, ...actions);
    case 'cancelled':
      return window.showWarningMessage(words, ...actions);
    case 'succeeded':
    case 'in-progress':
    case 'unknown':
      return succeededWithFailedSubJob(tracked.job)
        ? window.showWarningMessage(words, ...actions)
        : window.showInformationMessage(words, ...actions);
  }
}

/** @param jobs either all of the demo, or none. */
function announceMany(jobs: readonly TrackedJob[], ...actions: string[]): Thenable<string | undefined> {
  const failed = jobs.filter(({ job }) => hasFailed(job)).length;
  const marked = countWithDemoMark(
    manyWords(jobs, failed),
    jobs.every(({ reference }) => isDemo(reference)),
  );
  return failed === 0 ? window.showInformationMessage(marked, ...actions) : window.showErrorMessage(marked, ...actions);
}

function manyWords(jobs: readonly TrackedJob[], failed: number): string {
  // An upgrade that waits has not ended.
  if (jobs.some(({ job }) => job !== undefined && isWaitingUpgrade(job))) return countsVerdict(jobs);
  const count = jobs.length;
  return failed === 0
    ? l10n.t('{count} ELB jobs have ended.', { count })
    : l10n.t('{count} ELB jobs have ended; {failed} of them failed.', { count, failed });
}

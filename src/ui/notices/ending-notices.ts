/** Says that jobs have ended; the one gate for such notices. */
import { env, l10n, window } from 'vscode';
import { isDemo } from '../../demo/demo-project';
import type { JobEnding } from '../../jobs/endings/ending-announcer';
import type { JobKey } from '../../jobs/model/job-reference';
import type { JobStore } from '../../jobs/store/job-store';
import { classifyStatus, succeededWithFailedSubJob, hasFailed, isWaitingUpgrade } from '../../jobs/model/job-status';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { markedCount } from '../text/demo-words';
import { endingWords } from '../text/ending-words';
import { jobReport } from '../documents/job-report';
import { noLongerTracked } from '../text/job-words';
import { enumerated } from '../text/punctuation';
import { consoleLinks } from '../documents/console-links';
import type { NotificationLevel } from '../editor/settings';

export interface EndingNoticesParts {
  readonly store: JobStore;
  readonly level: () => NotificationLevel;
  readonly reveal: (key: JobKey) => Promise<void>;
  readonly openInConsole: (tracked: TrackedJob) => Promise<void>;
}

export class EndingNotices {
  constructor(private readonly parts: EndingNoticesParts) {}

  /** Resolves when the person has closed the notice; those of demo jobs have one of their own. */
  async announce(endings: readonly JobEnding[]): Promise<void> {
    const wanted = endings.filter(({ tracked }) => this.isWanted(tracked));
    const ofDemo = wanted.filter(({ tracked }) => isDemo(tracked.reference));
    await Promise.all([this.showFor(wanted.filter((ending) => !ofDemo.includes(ending))), this.showFor(ofDemo)]);
  }

  /** Whether the end of the job is announced as it stands. */
  isWanted({ job, muted }: TrackedJob): boolean {
    if (muted) return false;
    const level = this.parts.level();
    return level === 'all' || (level === 'failures' && hasFailed(job));
  }

  /** Says it whatever the person has set in general, since they asked for this one. Resolves as `announce` does. */
  async showFor(endings: readonly JobEnding[]): Promise<void> {
    const [first, ...others] = endings;
    if (first === undefined) return;
    const jobs = endings.map(({ tracked }) => tracked);
    const show = others.length === 0 ? l10n.t('Show Job') : l10n.t('Show Jobs');
    const openInConsole = l10n.t('Open in Console');
    const copyReport = l10n.t('Copy Report');
    const isInConsole = others.length === 0 && consoleLinks(first.tracked).length > 0;
    const actions = [show, ...(isInConsole ? [openInConsole] : []), copyReport];
    const chosen =
      others.length === 0 ? await announceOne(first.tracked, ...actions) : await announceMany(jobs, ...actions);
    if (chosen === openInConsole) await this.parts.openInConsole(this.present(first));
    else if (chosen === copyReport) await this.copyReports(endings);
    else if (chosen === show) await this.show(endings);
  }

  /** What failed is what one wants to see first. */
  private async show(endings: readonly JobEnding[]): Promise<void> {
    const isThere = ({ key }: JobEnding) => this.parts.store.get(key) !== undefined;
    const shown = endings.find((ending) => isThere(ending) && hasFailed(ending.tracked.job)) ?? endings.find(isThere);
    if (shown === undefined) {
      void window.showInformationMessage(noLongerTracked(endings.map(({ tracked }) => tracked)));
      return;
    }
    const { key, tracked } = shown;
    this.parts.store.markSeen(new Map([[key, tracked.endingNumber]]));
    await this.parts.reveal(key);
  }

  private async copyReports(endings: readonly JobEnding[]): Promise<void> {
    await env.clipboard.writeText(endings.map((ending) => jobReport(this.present(ending))).join('\n'));
  }

  /** A notice may stay for hours, and the job be known better by then. */
  private present({ key, tracked }: JobEnding): TrackedJob {
    return this.parts.store.get(key) ?? tracked;
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

/** All of them of the demo, or none. */
function announceMany(jobs: readonly TrackedJob[], ...actions: string[]): Thenable<string | undefined> {
  const failed = jobs.filter(({ job }) => hasFailed(job)).length;
  const waiting = jobs.filter(({ job }) => job !== undefined && isWaitingUpgrade(job) && !hasFailed(job)).length;
  const facts = [
    ...(failed === 0 ? [] : [l10n.t('{count} of them failed', { count: failed })]),
    ...(waiting === 0 ? [] : [l10n.t('{count} of them waiting to be completed or rolled back', { count: waiting })]),
  ];
  const count = jobs.length;
  const words =
    facts.length === 0
      ? l10n.t('{count} ELB jobs have ended.', { count })
      : l10n.t('{count} ELB jobs have ended; {facts}.', { count, facts: enumerated(facts) });
  const marked = markedCount(
    words,
    jobs.every(({ reference }) => isDemo(reference)),
  );
  return failed === 0 ? window.showInformationMessage(marked, ...actions) : window.showErrorMessage(marked, ...actions);
}

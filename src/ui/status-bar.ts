/** The one status bar item: how many jobs go on or how they ended; hidden while nothing is tracked. */
import { l10n, StatusBarAlignment, type StatusBarItem, window } from 'vscode';
import type { CredentialManager } from '../credentials/credential-manager';
import type { Disposable } from '../jobs/disposable';
import type { JobStore } from '../jobs/job-store';
import { stopsCredential } from '../jobs/look-error';
import { classifyStatus, isEnding } from '../jobs/status';
import type { TrackedJob } from '../jobs/tracked-job';
import { jobName, jobState, statusWord } from './job-words';
import type { Clock } from '../jobs/clock';

/** Jobs that the tooltip names; more would not fit on a screen. */
const MOST_IN_TOOLTIP = 15;

export class StatusBar implements Disposable {
  readonly item: StatusBarItem;
  private readonly subscriptions: readonly Disposable[];

  constructor(
    private readonly store: JobStore,
    private readonly credentials: CredentialManager,
    private readonly clock: Clock,
  ) {
    this.item = window.createStatusBarItem('elbJobs.status', StatusBarAlignment.Left);
    this.item.name = l10n.t('ELB Jobs');
    this.item.command = 'elbJobs.jobs.focus';
    const update = () => {
      this.update();
    };
    this.subscriptions = [store.onDidChange(update), credentials.onDidChange(update), credentials.onDidRefuse(update)];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.item.dispose();
  }

  private update(): void {
    const jobs = [...this.store.all().values()];
    if (jobs.length === 0) {
      this.item.hide();
      return;
    }
    this.item.text = this.text(jobs);
    this.item.tooltip = this.tooltip(jobs);
    this.item.accessibilityInformation = { label: this.item.text.replace(/\$\([^)]*\) /, '') };
    this.item.show();
  }

  private text(jobs: readonly TrackedJob[]): string {
    if (this.isStopped(jobs)) return `$(warning) ${l10n.t('ELB: sign in')}`;
    const running = jobs.filter(({ job }) => !isEnding(job?.status));
    const [first] = running;
    if (running.length > 1) return `$(sync) ${l10n.t('ELB: {count} running', { count: running.length })}`;
    if (first !== undefined) return `$(sync) ${l10n.t('ELB: {status}', { status: wordOf(first) })}`;
    const failed = jobs.filter(({ job }) => classifyStatus(job?.status) === 'failed').length;
    if (failed > 0) return `$(error) ${l10n.t('ELB: {count} failed', { count: failed })}`;
    const [only] = jobs;
    return jobs.length === 1 && only !== undefined
      ? `$(pass) ${l10n.t('ELB: {status}', { status: wordOf(only) })}`
      : `$(pass) ${l10n.t('ELB: {count} ended', { count: jobs.length })}`;
  }

  private isStopped(jobs: readonly TrackedJob[]): boolean {
    return (
      this.credentials.all().some(({ refusal }) => refusal !== undefined) ||
      jobs.some(
        ({ job, difficulty }) =>
          !isEnding(job?.status) && difficulty !== undefined && stopsCredential(difficulty.error),
      )
    );
  }

  private tooltip(jobs: readonly TrackedJob[]): string {
    const now = this.clock.now();
    const newest = [...jobs].sort((a, b) => b.trackedAt - a.trackedAt).slice(0, MOST_IN_TOOLTIP);
    const lines = newest.map((tracked) => `${jobName(tracked)}: ${jobState(tracked, now)}`);
    const more = jobs.length - newest.length;
    return [...lines, ...(more > 0 ? [l10n.t('and {count} more', { count: more })] : [])].join('\n');
  }
}

function wordOf({ job }: TrackedJob): string {
  return job === undefined ? l10n.t('waiting') : statusWord(job);
}

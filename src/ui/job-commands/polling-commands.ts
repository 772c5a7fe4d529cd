/** The commands that poll jobs now, and that pause and resume polling. */
import { l10n, window } from 'vscode';
import { SECOND } from '../../base/time-units';
import { withTimeout } from '../../base/timing';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { FollowedProjects } from '../../jobs/discovery/followed-projects';
import { isSameProject } from '../../jobs/model/project';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import type { PollEngine } from '../../jobs/polling/poll-engine';
import type { PollingPause } from '../../jobs/polling/polling-pause';
import type { JobStore } from '../../jobs/store/job-store';
import type { WindowContext } from '../../storage/window-context';
import { changeOrShowError } from '../editor/change-or-show-error';
import { showWithActions } from '../editor/notification';
import { showTryAgain, showCredentialError } from '../notices/refusal-notice';
import type { JobSelection } from '../selection/job-selection';

interface PollingCommandParts extends Pick<WindowContext, 'clock' | 'log'> {
  readonly engine: PollEngine;
  readonly store: Pick<JobStore, 'all'>;
  readonly followed: Pick<FollowedProjects, 'all'>;
  readonly pause: PollingPause;
  readonly credentials: CredentialManager;
  readonly selection: JobSelection;
}

const MAX_PROGRESS_MS = 30 * SECOND;

export class PollingCommands {
  constructor(private readonly parts: PollingCommandParts) {}

  refresh(): void {
    const { engine, store, followed, credentials, log } = this.parts;
    if (this.remindOfPause()) return;
    if (store.all().size === 0 && followed.all().length === 0) {
      void window.showInformationMessage(l10n.t('No job is tracked.'));
      return;
    }
    // Refused credentials stay refused: no request is sent with them.
    engine.resume();
    engine.refresh();
    engine.refreshNames();
    this.showProgress(engine.whenPolled());
    // A key that several projects share was refused for all of them at once: one notification is enough.
    const refusals = new Map(credentials.all().map((profile) => [profile.refusal?.at, profile]));
    for (const profile of refusals.values()) showTryAgain(profile, log);
    this.showExpired([...store.all().values()]);
  }

  async refreshJob(clicked: unknown, selected: unknown): Promise<void> {
    const { engine, credentials, selection, log } = this.parts;
    const jobs = await selection.jobs('elbJobs.refreshJob', clicked, selected);
    if (jobs.length === 0) return;
    if (this.remindOfPause()) return;
    engine.resume();
    const keys = jobs.map(({ key }) => key);
    engine.refresh(keys);
    engine.refreshNames();
    this.showProgress(engine.whenPolled(keys));
    for (const profile of credentials.all()) {
      if (jobs.some(({ tracked }) => isSameProject(profile, tracked.reference))) showTryAgain(profile, log);
    }
    this.showExpired(jobs.map(({ tracked }) => tracked));
  }

  /** Shows a notification if polling is paused. @returns whether it is paused. */
  remindOfPause(): boolean {
    if (this.parts.pause.isPaused) this.offerToResume();
    return this.parts.pause.isPaused;
  }

  async pausePolling(): Promise<void> {
    await this.saveOrShowError(this.parts.pause.pause(), (reason) =>
      l10n.t('The pause could not be saved, so polling is paused in this window only: {reason}', { reason }),
    );
  }

  async resumePolling(): Promise<void> {
    await this.saveOrShowError(this.parts.pause.resume(), (reason) =>
      l10n.t('The change could not be saved, so polling is resumed in this window only: {reason}', { reason }),
    );
  }

  /** In the view, where the results will appear. */
  private showProgress(whenPolled: Promise<void>): void {
    const wait = () => withTimeout(this.parts.clock, MAX_PROGRESS_MS, whenPolled, () => undefined);
    void window.withProgress({ location: { viewId: 'elbJobs.jobs' } }, wait);
  }

  /** Shows expired tokens and temporary keys. They are not refusals, because no request is sent with them. */
  private showExpired(jobs: readonly TrackedJob[]): void {
    const { credentials, log } = this.parts;
    for (const profile of credentials.all()) {
      const error = jobs
        .filter(({ reference }) => isSameProject(profile, reference))
        .map(({ pollFailure }) => pollFailure?.error)
        .find((each) => each?.kind === 'token-expired');
      if (error !== undefined && profile.refusal === undefined) showCredentialError(profile, error, log);
    }
  }

  private offerToResume(): void {
    const resume = { title: l10n.t('Resume Polling'), run: () => this.resumePolling() };
    showWithActions('information', l10n.t('Polling is paused, so no job is polled.'), [resume], this.parts.log);
  }

  private async saveOrShowError(change: Promise<void>, sentence: (reason: string) => string): Promise<void> {
    await changeOrShowError(change, { logLine: 'A pause of polling could not be saved', sentence }, this.parts.log);
  }
}

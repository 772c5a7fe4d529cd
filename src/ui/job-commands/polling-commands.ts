/** The commands that say when the service is asked: at once, or not for the time being. */
import { l10n, window } from 'vscode';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { Clock } from '../../base/clock';
import type { FollowedProjects } from '../../jobs/discovery/followed-projects';
import type { JobStore } from '../../jobs/store/job-store';
import type { Log } from '../../base/log';
import type { PollEngine } from '../../jobs/polling/poll-engine';
import type { PollingPause } from '../../jobs/polling/polling-pause';
import { isSameProject } from '../../jobs/model/project';
import { errorMessageOf } from '../../base/error-message';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import type { JobSelection } from '../selection/job-selection';
import { showWithActions } from '../editor/notification';
import { offerTryAgain, showCredentialError } from '../notices/refusal-notice';
import { withTimeout } from '../../base/timing';

export interface PollingCommandParts {
  readonly engine: PollEngine;
  readonly store: Pick<JobStore, 'all'>;
  readonly followed: Pick<FollowedProjects, 'all'>;
  readonly pause: PollingPause;
  readonly credentials: CredentialManager;
  readonly selection: JobSelection;
  readonly clock: Clock;
  readonly log: Log;
}

/** Milliseconds after which nobody waits for answers any more. */
const LONGEST_PROGRESS = 30_000;

export class PollingCommands {
  constructor(private readonly parts: PollingCommandParts) {}

  refresh(): void {
    const { engine, store, followed, credentials, log } = this.parts;
    if (this.remindOfPause()) return;
    if (store.all().size === 0 && followed.all().length === 0) {
      void window.showInformationMessage(l10n.t('No job is tracked.'));
      return;
    }
    // What was refused stays refused, and is answered without a request.
    engine.resume();
    engine.refresh();
    this.showProgress(engine.whenPolled());
    // A key that several projects share was refused for all of them at once.
    const refusals = new Map(credentials.all().map((profile) => [profile.refusal?.at, profile]));
    for (const profile of refusals.values()) offerTryAgain(profile, log);
    this.tellEnded([...store.all().values()]);
  }

  async refreshJob(clicked: unknown, selected: unknown): Promise<void> {
    const { engine, credentials, selection, log } = this.parts;
    const jobs = await selection.jobs('elbJobs.refreshJob', clicked, selected);
    if (jobs.length === 0) return;
    if (this.remindOfPause()) return;
    engine.resume();
    const keys = jobs.map(({ key }) => key);
    engine.refresh(keys);
    this.showProgress(engine.whenPolled(keys));
    for (const profile of credentials.all()) {
      if (jobs.some(({ tracked }) => isSameProject(profile, tracked.reference))) offerTryAgain(profile, log);
    }
    this.tellEnded(jobs.map(({ tracked }) => tracked));
  }

  /** Whether nothing is asked for now, whatever the person has just asked for; they are told so. */
  remindOfPause(): boolean {
    if (this.parts.pause.isPaused) this.offerToResume();
    return this.parts.pause.isPaused;
  }

  async pausePolling(): Promise<void> {
    await this.orTell(this.parts.pause.pause(), (reason) =>
      l10n.t('Polling is paused in this window alone, since that could not be saved: {reason}', { reason }),
    );
  }

  async resumePolling(): Promise<void> {
    await this.orTell(this.parts.pause.resume(), (reason) =>
      l10n.t('Polling goes on in this window alone, since that could not be saved: {reason}', { reason }),
    );
  }

  /** In the view, where what is new will be seen. */
  private showProgress(looked: Promise<void>): void {
    const wait = () => withTimeout(this.parts.clock, LONGEST_PROGRESS, looked, () => undefined);
    void window.withProgress({ location: { viewId: 'elbJobs.jobs' } }, wait);
  }

  /** A token or temporary key that has ended is not even tried, so that nobody has refused it. */
  private tellEnded(jobs: readonly TrackedJob[]): void {
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
    showWithActions('information', l10n.t('Polling is paused, so the service is not asked.'), [resume], this.parts.log);
  }

  private async orTell(change: Promise<void>, sentence: (reason: string) => string): Promise<void> {
    try {
      await change;
    } catch (cause) {
      this.parts.log.error(`A pause of polling could not be saved: ${String(cause)}`);
      void window.showErrorMessage(sentence(errorMessageOf(cause)));
    }
  }
}

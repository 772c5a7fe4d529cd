/** The command that searches the projects of the other credentials for a job that the service did not find. */
import { l10n, ProgressLocation, window } from 'vscode';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { Profile } from '../../credentials/profiles/profile';
import type { ShowJobResponse } from '../../cloud/api/job-schema';
import type { JobKey, JobReference } from '../../jobs/model/job-reference';
import type { JobSource } from '../../jobs/job-source';
import type { JobStore } from '../../jobs/store/job-store';
import type { WindowContext } from '../../storage/window-context';
import { isSameProject } from '../../jobs/model/project';
import { errorMessageOf } from '../../base/error-message';
import { isNotFound, newlyTracked, withResponse } from '../../jobs/model/tracked-job';
import { errorLabel } from '../text/error-words';
import type { JobSelection, SelectedJob } from '../selection/job-selection';
import type { JobTree } from '../tree/job-tree';
import { jobTitle } from '../text/job-words';
import { profileWord } from '../text/profile-words';
import { joinWithSemicolons, named } from '../text/punctuation';

interface JobSearchParts extends Pick<WindowContext, 'clock' | 'log'> {
  readonly store: JobStore;
  readonly credentials: CredentialManager;
  readonly source: Pick<JobSource, 'showJob' | 'budgetOf'>;
  readonly selection: JobSelection;
  readonly tree: Pick<JobTree, 'reveal'>;
  readonly timelines: { move(key: JobKey, to: JobKey): void };
}

interface Match {
  readonly reference: JobReference;
  readonly profile: Profile;
  readonly response: ShowJobResponse;
}

interface Outcome {
  readonly match?: Match;
  /** Profiles whose project may still have the job, since the request failed or was not sent. */
  readonly unknown: readonly { readonly profile: Profile; readonly why: string }[];
}

export class JobSearch {
  constructor(private readonly parts: JobSearchParts) {}

  /** Sends one request with each of the other credentials, until one finds the job. */
  async run(clicked: unknown): Promise<void> {
    const job = await this.parts.selection.job('elbJobs.lookInOtherCredentials', clicked, {
      matches: isNotFound,
      noMatchMessage: () => l10n.t('Every job in the list was found.'),
    });
    if (job === undefined) return;
    const others = this.parts.credentials.all().filter((profile) => !isSameProject(profile, job.tracked.reference));
    if (others.length === 0) {
      void window.showInformationMessage(
        l10n.t('There are no other credentials. Add credentials for the project of the job.'),
      );
      return;
    }
    const outcome = await this.search(job, others);
    if (outcome === undefined) return;
    if (outcome.match === undefined) showNotFound(others.length, outcome.unknown);
    else await this.move(job, outcome.match);
  }

  /** @returns undefined if the person cancelled, or if it failed, which an error message then says. */
  private async search(job: SelectedJob, others: readonly Profile[]): Promise<Outcome | undefined> {
    try {
      return await this.searchWithProgress(job, others);
    } catch (cause) {
      this.parts.log.error(`Searching for a job in other credentials failed: ${String(cause)}`);
      void window.showErrorMessage(
        l10n.t('Could not search the other credentials for {job}: {reason}', {
          job: jobTitle(job.tracked),
          reason: errorMessageOf(cause),
        }),
      );
      return undefined;
    }
  }

  private searchWithProgress(job: SelectedJob, others: readonly Profile[]): Thenable<Outcome | undefined> {
    return window.withProgress(
      {
        location: ProgressLocation.Notification,
        title: l10n.t('Looking for {job}', { job: jobTitle(job.tracked) }),
        cancellable: true,
      },
      async (progress, token) => {
        const abort = new AbortController();
        const subscription = token.onCancellationRequested(() => {
          abort.abort();
        });
        try {
          return await this.searchProjects(
            job,
            others,
            (message) => {
              progress.report({ message });
            },
            abort.signal,
          );
        } finally {
          subscription.dispose();
        }
      },
    );
  }

  /** @returns undefined if the person cancelled. */
  private async searchProjects(
    { tracked }: SelectedJob,
    profiles: readonly Profile[],
    report: (message: string) => void,
    signal: AbortSignal,
  ): Promise<Outcome | undefined> {
    const { source } = this.parts;
    const unknown: { readonly profile: Profile; readonly why: string }[] = [];
    for (const profile of profiles) {
      const { endpoint, projectId } = profile;
      const reference = { endpoint, projectId, jobId: tracked.reference.jobId };
      report(profileWord(profile));
      const budget = await source.budgetOf(reference);
      if ((await budget.take()) > 0) {
        unknown.push({ profile, why: l10n.t('the request budget is used up for now') });
        continue;
      }
      const result = await source.showJob(reference, signal);
      if (signal.aborted) return undefined;
      if (result.ok) return { match: { reference, profile, response: result.value }, unknown };
      if (result.error.kind !== 'not-found') unknown.push({ profile, why: errorLabel(result.error) });
    }
    return { unknown };
  }

  /** Removes a row that could not be saved: the job keeps its first row. */
  private async removeUnsaved(reference: JobReference): Promise<void> {
    const { store, log } = this.parts;
    const added = store.find(reference);
    if (added === undefined || store.isShared(added)) return;
    try {
      await store.untrack([added]);
    } catch (cause) {
      log.error(`The second row of a job could not be removed: ${String(cause)}`);
    }
  }

  /** Moves the row to the project that has the job, with its name and mute. */
  private async move({ key, tracked }: SelectedJob, { reference, profile, response }: Match): Promise<void> {
    const { store, tree, timelines, clock, log } = this.parts;
    const present = store.find(reference);
    try {
      const now = clock.now();
      const { label, muted } = tracked;
      await store.restore([{ ...withResponse(newlyTracked(reference, now), response, now), label, muted }]);
      // If the job was tracked there already, that row's name takes precedence.
      if (present !== undefined) {
        if (label !== undefined && store.get(present)?.label === undefined) store.rename(present, label);
        if (muted) store.mute(present, true);
      }
      await store.untrack([key]);
      const moved = store.find(reference) ?? key;
      timelines.move(key, moved);
      await tree.reveal(moved, { focus: true });
    } catch (cause) {
      log.error(`A job that was found in another project could not be saved: ${String(cause)}`);
      void window.showErrorMessage(
        l10n.t('The job was found in {profile}, but could not be moved there: {reason}', {
          profile: profileWord(profile),
          reason: errorMessageOf(cause),
        }),
      );
      if (present === undefined) await this.removeUnsaved(reference);
      return;
    }
    void window.showInformationMessage(
      l10n.t('{job} was found in {profile} and is tracked there now.', {
        job: jobTitle({ ...tracked, job: response.job, resources: undefined }),
        profile: profileWord(profile),
      }),
    );
  }
}

function showNotFound(searched: number, unknown: Outcome['unknown']): void {
  if (unknown.length === 0) {
    void window.showInformationMessage(
      searched === 1
        ? l10n.t('The job was not found with the other credentials either. Check its ID.')
        : l10n.t('The job was not found with any of the {count} other credentials. Check its ID.', { count: searched }),
    );
    return;
  }
  const reasons = joinWithSemicolons(unknown.map(({ profile, why }) => named(profileWord(profile), why)));
  void window.showWarningMessage(
    l10n.t('The job was not found, but some credentials could not be searched ({reasons}).', { reasons }),
  );
}

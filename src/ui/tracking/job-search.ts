/** Looks for a job that the service does not find in its project in those of the person's other credentials. */
import { l10n, ProgressLocation, window } from 'vscode';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { Profile } from '../../credentials/profiles/profile';
import type { ShowJobResponse } from '../../cloud/api/job-schema';
import type { Clock } from '../../base/clock';
import type { JobReference } from '../../jobs/model/job-reference';
import type { JobSource } from '../../jobs/job-source';
import type { JobStore } from '../../jobs/store/job-store';
import type { Log } from '../../base/log';
import { isSameProject } from '../../jobs/model/project';
import { errorMessageOf } from '../../base/error-message';
import { isNotFound, newlyTracked, withResponse } from '../../jobs/model/tracked-job';
import { errorLabel } from '../text/error-words';
import type { JobSelection, SelectedJob } from '../selection/job-selection';
import type { JobTree } from '../tree/job-tree';
import { jobTitle } from '../text/job-words';
import { profileWord } from '../text/profile-words';
import { enumerated, named } from '../text/punctuation';

export interface JobSearchParts {
  readonly store: JobStore;
  readonly credentials: CredentialManager;
  readonly source: Pick<JobSource, 'showJob' | 'budgetOf'>;
  readonly selection: JobSelection;
  readonly tree: Pick<JobTree, 'reveal'>;
  readonly clock: Clock;
  readonly log: Log;
}

interface Outcome {
  readonly found?: { readonly reference: JobReference; readonly profile: Profile; readonly answer: ShowJobResponse };
  /** Those that do not tell whether the job is theirs. */
  readonly unasked: readonly { readonly profile: Profile; readonly why: string }[];
}

export class JobSearch {
  constructor(private readonly parts: JobSearchParts) {}

  /** One request for each of the other credentials, until one of them knows the job. */
  async run(clicked: unknown): Promise<void> {
    const job = await this.parts.selection.job('elbJobs.lookInOtherCredentials', clicked, {
      isMeant: isNotFound,
      none: () => l10n.t('No job in the list is unknown to the service.'),
    });
    if (job === undefined) return;
    const others = this.parts.credentials.all().filter((profile) => !isSameProject(profile, job.tracked.reference));
    if (others.length === 0) {
      void window.showInformationMessage(
        l10n.t('There are no other credentials. Add those of the project that the job is in.'),
      );
      return;
    }
    const outcome = await this.search(job, others);
    if (outcome === undefined) return;
    if (outcome.found === undefined) tellMiss(others.length, outcome.unasked);
    else await this.move(job, outcome.found);
  }

  /** Undefined where the person gave up, or was told what went wrong. */
  private async search(job: SelectedJob, others: readonly Profile[]): Promise<Outcome | undefined> {
    try {
      return await this.askWithProgress(job, others);
    } catch (cause) {
      this.parts.log.error(`Looking for a job in other credentials failed: ${String(cause)}`);
      void window.showErrorMessage(
        l10n.t('The other credentials could not be asked for {job}: {reason}', {
          job: jobTitle(job.tracked),
          reason: errorMessageOf(cause),
        }),
      );
      return undefined;
    }
  }

  private askWithProgress(job: SelectedJob, others: readonly Profile[]): Thenable<Outcome | undefined> {
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
          return await this.ask(
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

  /** Undefined where the person gave up. */
  private async ask(
    { tracked }: SelectedJob,
    profiles: readonly Profile[],
    report: (message: string) => void,
    signal: AbortSignal,
  ): Promise<Outcome | undefined> {
    const { source } = this.parts;
    const unasked: { readonly profile: Profile; readonly why: string }[] = [];
    for (const profile of profiles) {
      const { endpoint, projectId } = profile;
      const reference = { endpoint, projectId, jobId: tracked.reference.jobId };
      report(profileWord(profile));
      const budget = await source.budgetOf(reference);
      if ((await budget.take()) > 0) {
        unasked.push({ profile, why: l10n.t('no requests are left for the moment') });
        continue;
      }
      const result = await source.showJob(reference, signal);
      if (signal.aborted) return undefined;
      if (result.ok) return { found: { reference, profile, answer: result.value }, unasked };
      if (result.error.kind !== 'not-found') unasked.push({ profile, why: errorLabel(result.error) });
    }
    return { unasked };
  }

  /** What is there for this window alone would be a second row of a job that keeps its first. */
  private async takeBack(reference: JobReference): Promise<void> {
    const { store, log } = this.parts;
    const added = store.find(reference);
    if (added === undefined || store.isShared(added)) return;
    try {
      await store.untrack([added]);
    } catch (cause) {
      log.error(`The second row of a job could not be removed: ${String(cause)}`);
    }
  }

  /** The row goes where the job is, with what the person made of it. */
  private async move(
    { key, tracked }: SelectedJob,
    { reference, profile, answer }: NonNullable<Outcome['found']>,
  ): Promise<void> {
    const { store, tree, clock, log } = this.parts;
    const present = store.find(reference);
    try {
      const now = clock.now();
      const { label, muted } = tracked;
      await store.restore([{ ...withResponse(newlyTracked(reference, now), answer, now), label, muted }]);
      // Where it was tracked there already, what the person made of that row goes first.
      if (present !== undefined) {
        if (label !== undefined && store.get(present)?.label === undefined) store.rename(present, label);
        if (muted) store.mute(present, true);
      }
      await store.untrack([key]);
      await tree.reveal(store.find(reference) ?? key, { focus: true });
    } catch (cause) {
      log.error(`A job that was found elsewhere could not be saved: ${String(cause)}`);
      void window.showErrorMessage(
        l10n.t('The job is in {profile}, but that could not be saved: {reason}', {
          profile: profileWord(profile),
          reason: errorMessageOf(cause),
        }),
      );
      if (present === undefined) await this.takeBack(reference);
      return;
    }
    void window.showInformationMessage(
      l10n.t('{job} is in {profile}, and is tracked there now.', {
        job: jobTitle({ ...tracked, job: answer.job }),
        profile: profileWord(profile),
      }),
    );
  }
}

function tellMiss(asked: number, unasked: Outcome['unasked']): void {
  if (unasked.length === 0) {
    void window.showInformationMessage(
      asked === 1
        ? l10n.t('The other credentials do not know this job either. Check its ID.')
        : l10n.t('None of the {count} other credentials knows this job. Check its ID.', { count: asked }),
    );
    return;
  }
  const reasons = enumerated(unasked.map(({ profile, why }) => named(profileWord(profile), why)));
  void window.showWarningMessage(
    l10n.t('The job was not found, and some credentials could not tell ({reasons}).', { reasons }),
  );
}

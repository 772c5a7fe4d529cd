/** The command that lists a project's recent jobs and tracks those that the person picks. */
import { commands, l10n } from 'vscode';
import { errorMessageOf } from '../../base/error-message';
import { DAY } from '../../base/time-units';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { Profile } from '../../credentials/profiles/profile';
import type { RecentJob, RecentJobs } from '../../jobs/discovery/recent-jobs';
import type { JobReference } from '../../jobs/model/job-reference';
import { type PollError, stopsCredential } from '../../jobs/model/poll-error';
import { projectName } from '../../jobs/model/project';
import type { ProjectResources } from '../../jobs/model/project-resources';
import type { JobStore } from '../../jobs/store/job-store';
import type { WindowContext } from '../../storage/window-context';
import { BACK, runSteps, type Step } from '../editor/input-steps';
import { showWithActions, type NoticeAction } from '../editor/notification';
import { saveOrShowError } from '../notices/save-errors';
import { profileStep } from '../selection/profile-picker';
import { pickRecentJobs } from '../selection/recent-job-picker';
import type { ProfileCommands } from '../sign-in/profile-commands';
import { errorSentence } from '../text/error-words';
import { budgetSentence, isTrackingPossible, listErrorSentence } from '../text/list-words';
import { profileWord } from '../text/profile-words';
import { named } from '../text/punctuation';
import type { JobTree } from '../tree/job-tree';

interface BrowseCommandParts extends Pick<WindowContext, 'clock' | 'log'> {
  readonly store: JobStore;
  readonly recentJobs: RecentJobs;
  readonly credentials: CredentialManager;
  readonly profiles: Pick<ProfileCommands, 'add' | 'tryAgain'>;
  readonly tree: Pick<JobTree, 'revealFirst'>;
}

const RECENT_MS = 7 * DAY;

/** The steps of the command. The first is left out if there is only one profile. */
const PICK_PROFILE = 0;
const PICK_JOBS = 1;

export class BrowseCommand {
  constructor(private readonly parts: BrowseCommandParts) {}

  async run(): Promise<void> {
    const { credentials, profiles } = this.parts;
    const command = l10n.t('Browse Recent Jobs');
    if (credentials.all().length === 0 && (await profiles.add({ command })) === undefined) return;
    const [first] = credentials.all();
    if (first !== undefined) await this.browse(first, PICK_PROFILE);
  }

  /** @param firstStep `PICK_JOBS` if the person has picked this profile before; the way back still leads to the others. */
  private async browse(proposed: Profile, firstStep: number): Promise<void> {
    const all = this.parts.credentials.all();
    let profile = this.present(proposed) ?? proposed;
    let picked: readonly RecentJob[] = [];
    const pickProfile = profileStep(
      all,
      () => profile,
      (chosen) => {
        profile = chosen;
      },
    );
    const pickJobs: Step = async (frame) => {
      const answer = await pickRecentJobs(frame, {
        load: (includesOlder, signal) => this.load(profile, includesOlder, signal),
        showError: (cause) => {
          this.showFailure(profile, cause);
        },
        isTracked: (job) => this.parts.store.find(referenceOf(profile, job)) !== undefined,
        resources: this.resourcesOf(profile),
        now: this.parts.clock.now(),
        profile: profileWord(profile),
      });
      if (answer === undefined || answer === BACK) return answer;
      picked = answer;
      return 'answered';
    };
    const steps = all.length > 1 ? [pickProfile, pickJobs] : [pickJobs];
    const isDone = await runSteps(l10n.t('Browse Recent Jobs'), () => steps, all.length > 1 ? firstStep : 0);
    if (isDone) await this.track(profile, picked);
  }

  /** @returns undefined if there is no list; the person has then been shown why. */
  private async load(
    profile: Profile,
    includesOlder: boolean,
    signal: AbortSignal,
  ): Promise<readonly RecentJob[] | undefined> {
    const { recentJobs, clock } = this.parts;
    try {
      const from = includesOlder ? undefined : clock.now() - RECENT_MS;
      const result = await recentJobs.list(profile, from, signal);
      if (result.kind === 'jobs') return result.jobs;
      if (result.kind === 'short') this.showNotice(profile, budgetSentence(result.delayMs), this.tryAgain(profile));
      if (result.kind === 'error') this.showError(profile, result.error);
    } catch (cause) {
      this.showFailure(profile, cause);
    }
    return undefined;
  }

  private showFailure(profile: Profile, cause: unknown): void {
    this.parts.log.error(`The jobs of project ${profile.projectId} could not be listed: ${String(cause)}`);
    this.showNotice(profile, errorMessageOf(cause), this.tryAgain(profile));
  }

  private showError(profile: Profile, error: PollError): void {
    const again = this.tryAgain(profile);
    const isRefused = this.present(profile)?.refusal !== undefined;
    // A new refusal has its own notification.
    if (isRefused && profile.refusal === undefined) return;
    if (!isRefused && isTrackingPossible(error)) {
      const track = { title: l10n.t('Track ELB Job'), run: () => commands.executeCommand('elbJobs.track') };
      this.showNotice(profile, listErrorSentence(error), track);
    } else if (isRefused || stopsCredential(error)) {
      const change = {
        title: l10n.t('Change Credentials'),
        run: () => commands.executeCommand('elbJobs.editCredentials', profile.id),
      };
      this.showNotice(profile, errorSentence(error), again, change);
    } else {
      this.showNotice(profile, listErrorSentence(error), again);
    }
  }

  /** What is known from the tracked jobs of the project. */
  private resourcesOf(profile: Profile): ProjectResources | undefined {
    const project = projectName(profile);
    for (const { reference, resources } of this.parts.store.all().values()) {
      if (projectName(reference) === project) return resources;
    }
    return undefined;
  }

  private present({ id }: Profile): Profile | undefined {
    return this.parts.credentials.all().find((each) => each.id === id);
  }

  private tryAgain(profile: Profile): NoticeAction {
    return {
      title: l10n.t('Try Again'),
      run: async () => {
        if (this.present(profile)?.refusal !== undefined) await this.parts.profiles.tryAgain(profile.id);
        // The person may have answered a question with No.
        if (this.present(profile)?.refusal !== undefined) return;
        await this.browse(profile, PICK_JOBS);
      },
    };
  }

  private showNotice(profile: Profile, sentence: string, ...actions: readonly NoticeAction[]): void {
    showWithActions('error', named(profileWord(profile), sentence), actions, this.parts.log);
  }

  private async track(profile: Profile, picked: readonly RecentJob[]): Promise<void> {
    const { store, tree, clock } = this.parts;
    const jobs = picked.map((job) => ({
      reference: referenceOf(profile, job),
      listed: job.listed,
      // The list showed the ending to the person.
      isSeen: true,
    }));
    const references = jobs.map(({ reference }) => reference);
    const saving = store.trackListed(jobs, clock.now());
    const showing = tree.revealFirst(references, { focus: false });
    await saveOrShowError(this.parts, saving, references);
    await showing;
  }
}

function referenceOf({ endpoint, projectId }: Profile, { jobId }: RecentJob): JobReference {
  return { endpoint, projectId, jobId };
}

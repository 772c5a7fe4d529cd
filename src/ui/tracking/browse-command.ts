/** The command that lists a project's recent jobs, of which a person picks those to track. */
import { commands, l10n } from 'vscode';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { Profile } from '../../credentials/profiles/profile';
import type { Clock } from '../../base/clock';
import type { JobReference } from '../../jobs/model/job-reference';
import type { JobStore } from '../../jobs/store/job-store';
import type { Log } from '../../base/log';
import { type PollError, stopsCredential } from '../../jobs/model/poll-error';
import { errorMessageOf } from '../../base/error-message';
import type { RecentJob, RecentJobs } from '../../jobs/discovery/recent-jobs';
import { errorSentence } from '../text/error-words';
import { askJobs } from '../selection/recent-job-picker';
import type { JobTree } from '../tree/job-tree';
import { saveOrShowError } from '../notices/save-errors';
import { budgetSentence, isTrackingPossible, listErrorSentence } from '../text/list-words';
import { showWithActions, type NoticeAction } from '../editor/notification';
import { profileStep, type ProfileCommands } from '../sign-in/profile-commands';
import { profileWord } from '../text/profile-words';
import { named } from '../text/punctuation';
import { BACK, goThrough, type Step } from '../editor/input-steps';

export interface BrowseCommandParts {
  readonly store: JobStore;
  readonly recentJobs: RecentJobs;
  readonly credentials: CredentialManager;
  readonly profiles: ProfileCommands;
  readonly tree: JobTree;
  readonly clock: Clock;
  readonly log: Log;
}

const RECENT = 7 * 24 * 60 * 60_000;

export class BrowseCommand {
  constructor(private readonly parts: BrowseCommandParts) {}

  async run(): Promise<void> {
    const { credentials, profiles } = this.parts;
    if (credentials.all().length === 0 && (await profiles.add()) === undefined) return;
    const [first] = credentials.all();
    if (first !== undefined) await this.browse(first, 0);
  }

  /** @param begin 1 where the person chose the credentials before, and can still go back to them. */
  private async browse(before: Profile, begin: number): Promise<void> {
    const all = this.parts.credentials.all();
    let profile = this.present(before) ?? before;
    let picked: readonly RecentJob[] = [];
    const chooseProfile = profileStep(
      all,
      () => profile,
      (chosen) => {
        profile = chosen;
      },
    );
    const pickJobs: Step = async (frame) => {
      const answer = await askJobs(frame, {
        load: (isOlderWanted, signal) => this.load(profile, isOlderWanted, signal),
        fail: (cause) => {
          this.fail(profile, cause);
        },
        isTracked: (job) => this.parts.store.find(referenceOf(profile, job)) !== undefined,
        now: this.parts.clock.now(),
        profile: profileWord(profile),
      });
      if (answer === undefined || answer === BACK) return answer;
      picked = answer;
      return 'answered';
    };
    const steps = all.length > 1 ? [chooseProfile, pickJobs] : [pickJobs];
    const isDone = await goThrough(l10n.t('Browse Recent Jobs'), () => steps, all.length > 1 ? begin : 0);
    if (isDone) await this.track(profile, picked);
  }

  /** Undefined where there is no list; the person is told why. */
  private async load(
    profile: Profile,
    isOlderWanted: boolean,
    signal: AbortSignal,
  ): Promise<readonly RecentJob[] | undefined> {
    const { recentJobs, clock } = this.parts;
    try {
      const from = isOlderWanted ? undefined : clock.now() - RECENT;
      const result = await recentJobs.list(profile, from, signal);
      if (result.kind === 'jobs') return result.jobs;
      if (result.kind === 'short') this.offer(profile, budgetSentence(result.delay), this.tryAgain(profile));
      if (result.kind === 'error') this.tell(profile, result.error);
    } catch (cause) {
      this.fail(profile, cause);
    }
    return undefined;
  }

  private fail(profile: Profile, cause: unknown): void {
    this.parts.log.error(`The jobs of project ${profile.projectId} could not be listed: ${String(cause)}`);
    this.offer(profile, errorMessageOf(cause), this.tryAgain(profile));
  }

  private tell(profile: Profile, error: PollError): void {
    const again = this.tryAgain(profile);
    const isRefused = this.present(profile)?.refusal !== undefined;
    // A refusal that is new was told by a notice of its own.
    if (isRefused && profile.refusal === undefined) return;
    if (!isRefused && isTrackingPossible(error)) {
      const track = { title: l10n.t('Track ELB Job'), run: () => commands.executeCommand('elbJobs.track') };
      this.offer(profile, listErrorSentence(error), track);
    } else if (isRefused || stopsCredential(error)) {
      const change = {
        title: l10n.t('Change Credentials'),
        run: () => commands.executeCommand('elbJobs.editCredentials', profile.id),
      };
      // What was refused is asked for again on the person's word alone.
      this.offer(profile, errorSentence(error), again, change);
    } else {
      this.offer(profile, listErrorSentence(error), again);
    }
  }

  private present({ id }: Profile): Profile | undefined {
    return this.parts.credentials.all().find((each) => each.id === id);
  }

  private tryAgain(profile: Profile): NoticeAction {
    return {
      title: l10n.t('Try Again'),
      run: async () => {
        const present = this.present(profile);
        if (present?.refusal !== undefined) await this.parts.credentials.tryAgain(present);
        await this.browse(profile, 1);
      },
    };
  }

  private offer(profile: Profile, sentence: string, ...offers: readonly NoticeAction[]): void {
    showWithActions('error', named(profileWord(profile), sentence), offers, this.parts.log);
  }

  private async track(profile: Profile, picked: readonly RecentJob[]): Promise<void> {
    const { store, tree, clock } = this.parts;
    const jobs = picked.map((job) => ({
      reference: referenceOf(profile, job),
      listed: job.listed,
      // How it ended is what the person saw when picking it.
      isSeen: true,
    }));
    const references = jobs.map(({ reference }) => reference);
    await saveOrShowError(this.parts, store.trackListed(jobs, clock.now()), references);
    await tree.revealFirst(references, { focus: false });
  }
}

function referenceOf({ endpoint, projectId }: Profile, { jobId }: RecentJob): JobReference {
  return { endpoint, projectId, jobId };
}

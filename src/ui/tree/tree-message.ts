/** The message above the tree: why jobs are not polled, and other facts that need no notification. */
import { l10n, type TreeView } from 'vscode';
import type { CredentialManager } from '../../credentials/credential-manager';
import { isDemo } from '../../demo/demo-project';
import type { Disposable } from '../../base/disposable';
import type { Clock } from '../../base/clock';
import { notFoundAwaitedUntil } from '../../jobs/discovery/alias-wait';
import type { FollowedProject } from '../../jobs/discovery/followed-project';
import type { FollowedProjects } from '../../jobs/discovery/followed-projects';
import { JobGroups } from '../../jobs/store/job-groups';
import type { JobStore } from '../../jobs/store/job-store';
import { projectName } from '../../jobs/model/project';
import { type PollError, stopsCredential } from '../../jobs/model/poll-error';
import type { PollingPause } from '../../jobs/polling/polling-pause';
import { isRunning } from '../../jobs/model/job-status';
import type { PollFailure, TrackedJob } from '../../jobs/model/tracked-job';
import { filterWords } from './arrangement-words';
import { clockSkewNotice, errorAdvice } from '../text/error-words';
import { cannotFindNewJobsSentence, followingLine, newJobsWaitSentence, projectWord } from '../text/follow-words';
import { isFiltered, isListed } from './job-arrangement';
import { jobTitle } from '../text/job-words';
import { profileWord } from '../text/profile-words';
import { joinSentences, named } from '../text/punctuation';
import type { TreeOptions } from './tree-options';

/** Errors after which polling continues automatically, but only once a person has fixed the cause. */
const NEEDS_USER_ACTION: ReadonlySet<PollError['kind']> = new Set<PollError['kind']>([
  'keys-elsewhere',
  'keys-unreadable',
  'source-unusable',
  'invalid-credential',
  'certificate',
  'proxy',
  'unreadable-code',
]);

interface TreeMessageParts {
  readonly store: JobStore;
  readonly credentials: CredentialManager;
  readonly pause: Pick<PollingPause, 'isPaused' | 'onDidChange'>;
  readonly followed: Pick<FollowedProjects, 'all' | 'onDidChange'>;
  readonly options: Pick<TreeOptions, 'current' | 'onDidChange'>;
  readonly clock: Clock;
}

export class TreeMessage implements Disposable {
  private readonly subscriptions: readonly Disposable[];
  private readonly jobs: JobGroups<MessageGroup>;
  private unread: 'jobs' | 'credentials' | undefined;
  private isReady = false;
  private clockSkewMs = 0;
  /** When the new jobs of a project no longer wait: one for each project whose wait the message shows. */
  private readonly waitEnds: Disposable[] = [];

  constructor(
    private readonly view: Pick<TreeView<unknown>, 'message'>,
    private readonly parts: TreeMessageParts,
  ) {
    const { store, credentials, pause, followed, options } = parts;
    const update = () => {
      this.update();
    };
    this.jobs = new JobGroups(store, (tracked) =>
      groupsOf(tracked, isFiltered(options.current) && isListed(tracked, options.current)),
    );
    this.subscriptions = [
      this.jobs,
      options.onDidChange(() => {
        this.jobs.regroupAll();
      }),
      ...[store, credentials, pause, followed, options].map(({ onDidChange }) => onDidChange(update)),
    ];
  }

  /** To be called when the saved jobs and credentials were read, or could not be read. */
  setReady(): void {
    this.isReady = true;
    this.update();
  }

  /** To be called when the saved jobs or credentials could not be read. */
  reportStorageFailure(unread: 'jobs' | 'credentials'): void {
    // Unread jobs matter more than unread credentials.
    if (this.unread !== 'jobs') this.unread = unread;
    this.update();
  }

  /** @param skewMs how far the time of signatures is ahead of this computer's clock; 0 if the clock is right again. */
  reportClockSkew(skewMs: number): void {
    this.clockSkewMs = skewMs;
    this.update();
  }

  dispose(): void {
    this.forgetWaits();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private forgetWaits(): void {
    for (const end of this.waitEnds.splice(0)) end.dispose();
  }

  private update(): void {
    this.forgetWaits();
    const message = this.message();
    if (this.view.message !== message) this.view.message = message;
  }

  private message(): string {
    if (this.unread === 'jobs') {
      return l10n.t('The tracked jobs could not be read from disk. The log shows why; reload the window to try again.');
    }
    if (this.unread === 'credentials') {
      return l10n.t(
        'The saved credentials could not be read from disk. The log shows why; update the extension, or reload the window to try again.',
      );
    }
    const { store, options } = this.parts;
    if (store.all().size === 0) {
      // If no credentials work, the view's welcome says so; a message would hide the welcome and its button.
      const unreadable = this.parts.credentials.all().length === 0 ? '' : this.unreadableCredentialsNotice();
      return joinSentences([this.emptyViewProblem(), unreadable]);
    }
    const filter = filterWords(options.current, (project) => projectWord(this.parts.credentials, project));
    // If the filter hides all rows, the view's welcome says what to do; a message would hide the welcome.
    if (filter !== '' && !this.jobs.has('listed')) return '';
    // Without this, a forgotten filter would look like lost jobs.
    const filterNotice = filter === '' ? '' : l10n.t('Showing: {filter}.', { filter });
    return joinSentences([this.problem(), this.unreadableCredentialsNotice(), filterNotice, this.demoNotice()]);
  }

  private unreadableCredentialsNotice(): string {
    const { credentials } = this.parts;
    // Without an id, it never leaves the list when the credentials are added again.
    const hasProfiles = credentials.all().length > 0;
    const unreadable = credentials.unreadable.filter(({ id }) => id !== undefined || !hasProfiles);
    const edited = unreadable.filter(({ reason }) => reason === 'other-place').length;
    return joinSentences([editedCredentialsNotice(edited), unreadableEntriesNotice(unreadable.length - edited)]);
  }

  private demoNotice(): string {
    const demoJobs = this.jobs.count('demo');
    if (demoJobs === 0) return '';
    return demoJobs === this.parts.store.all().size
      ? l10n.t('Demo data: no requests to Huawei Cloud.')
      : l10n.t('Jobs with the word “Demo” are made up: no requests are sent for them.');
  }

  /** For a view without jobs: why the new jobs that its welcome promises are not found. */
  private emptyViewProblem(): string {
    const { credentials, followed } = this.parts;
    const refused = credentials.refusalFor(followed.all());
    if (refused !== undefined) return named(profileWord(refused.profile), errorAdvice(refused.error));
    return this.cannotFindNewJobsNotice();
  }

  /** For a followed project whose jobs the credentials may not list. */
  private cannotFindNewJobsNotice(): string {
    const { credentials, followed } = this.parts;
    const refused = followed.all().find((following) => following.refused !== undefined);
    return refused === undefined ? '' : cannotFindNewJobsSentence(projectWord(credentials, refused));
  }

  /** No window can poll the jobs. Credentials that cannot be read have a notice of their own. */
  private get isSignedOut(): boolean {
    const { credentials } = this.parts;
    const hasNone = credentials.all().length === 0 && credentials.unreadable.length === 0;
    return this.isReady && hasNone && this.parts.store.all().size > this.jobs.count('demo');
  }

  private problem(): string {
    if (this.isSignedOut) {
      return l10n.t('Not signed in: jobs are not polled. Add credentials with the key above.');
    }
    if (this.parts.pause.isPaused) return l10n.t('Polling is paused. Jobs are not polled until you resume it.');
    const ofRunning = this.parts.credentials
      .all()
      .filter((profile) => this.jobs.has(`running in ${projectName(profile)}`));
    const refused = this.parts.credentials.refusalFor([...ofRunning, ...this.parts.followed.all()]);
    if (refused !== undefined) {
      const advice = errorAdvice(refused.error);
      return this.parts.credentials.all().length === 1 ? advice : named(profileWord(refused.profile), advice);
    }
    const stopping = this.jobs.first('stopping');
    if (stopping !== undefined && isFailing(stopping)) return this.adviceOn(stopping);
    if (this.jobs.has('offline')) return l10n.t('The service cannot be reached. Trying again automatically.');
    const throttled = this.jobs.first('throttled')?.pollFailure;
    if (throttled !== undefined) return errorAdvice(throttled.error);
    const cannotFind = this.cannotFindNewJobsNotice();
    if (cannotFind !== '') return cannotFind;
    if (this.clockSkewMs !== 0) return clockSkewNotice(this.clockSkewMs);
    return this.parts.followed
      .all()
      .map((following) => this.waitNotice(following) ?? followingLine(this.parts.credentials, following))
      .join(' · ');
  }

  /** Why new jobs are not shown yet; undefined if they are. */
  private waitNotice(following: FollowedProject): string | undefined {
    const { store, clock, credentials } = this.parts;
    const now = clock.now();
    for (const key of this.jobs.of(`not found in ${projectName(following)}`)) {
      const tracked = store.get(key);
      if (tracked === undefined) continue;
      const until = notFoundAwaitedUntil(tracked, now);
      if (until === undefined) continue;
      const end = clock.schedule(until - now, () => {
        this.update();
      });
      this.waitEnds.push(end);
      return newJobsWaitSentence(projectWord(credentials, following), tracked);
    }
    return undefined;
  }

  /** The advice, with the name of the credentials if there are several. */
  private adviceOn(tracked: FailingJob): string {
    const { error } = tracked.pollFailure;
    const { credentials } = this.parts;
    const advice = errorAdvice(error);
    if (error.kind === 'proxy' || error.kind === 'certificate' || error.kind === 'unreadable-code') return advice;
    const profile = credentials.profileOf(tracked.reference);
    if (profile === undefined) return named(jobTitle(tracked), advice);
    return credentials.all().length === 1 ? advice : named(profileWord(profile), advice);
  }
}

/** `listed` has jobs only if a filter is active. */
type MessageGroup =
  'demo' | 'listed' | 'stopping' | 'offline' | 'throttled' | `${'running' | 'not found'} in ${string}`;

function groupsOf(tracked: TrackedJob, listed: boolean): readonly MessageGroup[] {
  const groups: MessageGroup[] = [];
  const { job, reference, pollFailure, notFoundAt } = tracked;
  if (listed) groups.push('listed');
  if (isDemo(reference)) groups.push('demo');
  if (!isRunning(job)) return groups;
  groups.push(`running in ${projectName(reference)}`);
  if (notFoundAt !== undefined) groups.push(`not found in ${projectName(reference)}`);
  if (pollFailure === undefined) return groups;
  const { error } = pollFailure;
  if (stopsCredential(error) || NEEDS_USER_ACTION.has(error.kind)) groups.push('stopping');
  if (isOffline(error)) groups.push('offline');
  if (error.kind === 'throttled') groups.push('throttled');
  return groups;
}

function unreadableEntriesNotice(count: number): string {
  if (count === 0) return '';
  return count === 1
    ? l10n.t(
        '1 credential entry cannot be read by this version and is left as it is. Update the extension, or add the credentials again.',
      )
    : l10n.t(
        '{count} credential entries cannot be read by this version and are left as they are. Update the extension, or add the credentials again.',
        { count },
      );
}

function editedCredentialsNotice(count: number): string {
  if (count === 0) return '';
  return count === 1
    ? l10n.t(
        '1 credential entry is not used, because its endpoint or project was edited in profiles.json. Undo the change, or add the credentials again.',
      )
    : l10n.t(
        '{count} credential entries are not used, because their endpoints or projects were edited in profiles.json. Undo the changes, or add the credentials again.',
        { count },
      );
}

type FailingJob = TrackedJob & { readonly pollFailure: PollFailure };

function isFailing(tracked: TrackedJob): tracked is FailingJob {
  return tracked.pollFailure !== undefined;
}

function isOffline({ kind }: PollError): boolean {
  return kind === 'network' || kind === 'timeout';
}

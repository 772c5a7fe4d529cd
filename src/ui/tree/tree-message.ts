/** The line above the tree: what keeps jobs from being followed, said where it disturbs nobody. */
import { l10n, type TreeView } from 'vscode';
import type { CredentialManager } from '../../credentials/credential-manager';
import { isDemo } from '../../demo/demo-project';
import type { Disposable } from '../../base/disposable';
import type { FollowedProjects } from '../../jobs/discovery/followed-projects';
import type { JobStore } from '../../jobs/store/job-store';
import { type PollError, stopsCredential } from '../../jobs/model/poll-error';
import type { PollingPause } from '../../jobs/polling/polling-pause';
import { isRunning } from '../../jobs/model/job-status';
import type { PollFailure, TrackedJob } from '../../jobs/model/tracked-job';
import { filterWords } from './arrangement-words';
import { clockSkewNotice, errorAdvice } from '../text/error-words';
import { cannotFindSentence, followingLine, projectWord } from '../text/follow-words';
import { arrange } from './job-arrangement';
import { jobTitle } from '../text/job-words';
import { profileWord } from '../text/profile-words';
import { named } from '../text/punctuation';
import type { TreeOptions } from './tree-options';

/** Goes on by itself, but only after a person did something. */
const NEEDS_A_PERSON: ReadonlySet<PollError['kind']> = new Set<PollError['kind']>([
  'keys-elsewhere',
  'keys-unreadable',
  'source-unusable',
  'certificate',
  'proxy',
]);

export interface TreeMessageParts {
  readonly store: JobStore;
  readonly credentials: CredentialManager;
  readonly pause: Pick<PollingPause, 'isPaused' | 'onDidChange'>;
  readonly followed: Pick<FollowedProjects, 'all' | 'onDidChange'>;
  readonly options: Pick<TreeOptions, 'current' | 'onDidChange'>;
}

export class TreeMessage implements Disposable {
  private readonly subscriptions: readonly Disposable[];
  private storageFailed = false;
  private clockSkew = 0;

  constructor(
    private readonly view: Pick<TreeView<unknown>, 'message'>,
    private readonly parts: TreeMessageParts,
  ) {
    const { store, credentials, pause, followed, options } = parts;
    const update = () => {
      this.update();
    };
    this.subscriptions = [store, credentials, pause, followed, options].map(({ onDidChange }) => onDidChange(update));
  }

  /** What earlier sessions kept could not be read. */
  reportStorageFailure(): void {
    this.storageFailed = true;
    this.update();
  }

  /** Requests are signed with a time so many milliseconds ahead of this computer's; 0: its clock is right again. */
  reportClockSkew(skew: number): void {
    this.clockSkew = skew;
    this.update();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private update(): void {
    const message = this.message();
    if (this.view.message !== message) this.view.message = message;
  }

  private message(): string {
    if (this.storageFailed) {
      return l10n.t('What was tracked before could not be read. The log says why; reload the window to try again.');
    }
    const { store, options } = this.parts;
    if (store.all().size === 0) return this.followingObstacle();
    const filter = filterWords(options.current);
    // A view without rows says what to do by its welcome, which a message would hide.
    if (filter !== '' && arrange(store.all(), options.current).length === 0) return '';
    // A filter that is forgotten looks like jobs that are lost.
    const filterNotice = filter === '' ? '' : l10n.t('Showing: {filter}.', { filter });
    return [this.obstacle(), filterNotice, this.demoNotice()].filter((sentence) => sentence !== '').join(' ');
  }

  private demoNotice(): string {
    const demo = [...this.parts.store.all().values()].find(({ reference }) => isDemo(reference));
    return demo === undefined
      ? ''
      : l10n.t('Demo data: nothing is asked of Huawei Cloud. The trash can in the title of this view removes it.');
  }

  /** The welcome of an empty view says that new jobs appear there: not where they cannot be found. */
  private followingObstacle(): string {
    const { credentials, followed } = this.parts;
    const refused = credentials.refusalFor(followed.all());
    if (refused !== undefined) return named(profileWord(refused.profile), errorAdvice(refused.error));
    return this.unfoundNotice();
  }

  /** Of a followed project whose jobs may not be listed. */
  private unfoundNotice(): string {
    const { credentials, followed } = this.parts;
    const unfound = followed.all().find((following) => following.refused !== undefined);
    return unfound === undefined ? '' : cannotFindSentence(projectWord(credentials, unfound));
  }

  private obstacle(): string {
    if (this.parts.pause.isPaused) return l10n.t('Polling is paused: jobs are not followed until you resume it.');
    // What has ended is not waited for.
    const jobs = [...this.parts.store.all().values()].filter(({ job }) => isRunning(job));
    const asked = jobs.map(({ reference }) => reference);
    const refused = this.parts.credentials.refusalFor([...asked, ...this.parts.followed.all()]);
    if (refused !== undefined) {
      const advice = errorAdvice(refused.error);
      return this.parts.credentials.all().length === 1 ? advice : named(profileWord(refused.profile), advice);
    }
    const troubled = jobs.filter(isTroubled);
    const stopping = troubled.find(
      ({ pollFailure: { error } }) => stopsCredential(error) || NEEDS_A_PERSON.has(error.kind),
    );
    if (stopping !== undefined) return this.adviceOn(stopping);
    const errors = troubled.map(({ pollFailure }) => pollFailure.error);
    if (errors.some(isOffline)) return l10n.t('The service cannot be reached. Trying again automatically.');
    const throttled = errors.find(({ kind }) => kind === 'throttled');
    if (throttled !== undefined) return errorAdvice(throttled);
    const unfound = this.unfoundNotice();
    if (unfound !== '') return unfound;
    if (this.clockSkew !== 0) return clockSkewNotice(this.clockSkew);
    return this.parts.followed
      .all()
      .map((following) => followingLine(this.parts.credentials, following))
      .join(' · ');
  }

  /** Says whose trouble it is, where it could be that of others. */
  private adviceOn(tracked: TroubledJob): string {
    const { error } = tracked.pollFailure;
    const { credentials } = this.parts;
    const advice = errorAdvice(error);
    if (error.kind === 'proxy' || error.kind === 'certificate') return advice;
    const profile = credentials.profileOf(tracked.reference);
    if (profile === undefined) return named(jobTitle(tracked), advice);
    return credentials.all().length === 1 ? advice : named(profileWord(profile), advice);
  }
}

type TroubledJob = TrackedJob & { readonly pollFailure: PollFailure };

function isTroubled(tracked: TrackedJob): tracked is TroubledJob {
  return tracked.pollFailure !== undefined;
}

function isOffline({ kind }: PollError): boolean {
  return kind === 'network' || kind === 'timeout';
}

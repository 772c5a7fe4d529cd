/** Sets the context keys that menus and welcome texts depend on. */
import { commands, type TreeView, window } from 'vscode';
import type { CredentialManager } from '../../credentials/credential-manager';
import { isDemo } from '../../demo/demo-project';
import type { Clock } from '../../base/clock';
import { SECOND } from '../../base/time-units';
import type { Disposable } from '../../base/disposable';
import type { Event } from '../../base/emitter';
import type { FollowedProjects } from '../../jobs/discovery/followed-projects';
import { JobGroups } from '../../jobs/store/job-groups';
import type { JobStore } from '../../jobs/store/job-store';
import type { PollingPause } from '../../jobs/polling/polling-pause';
import type { JobReference } from '../../jobs/model/job-reference';
import { isSameProject } from '../../jobs/model/project';
import { isActive, isFinished, isLost, isNotFound, type TrackedJob } from '../../jobs/model/tracked-job';
import { needsDecision } from '../../jobs/model/waiting-upgrade';
import { isFiltered } from './job-arrangement';
import type { TreeOptions } from './tree-options';
import type { WalkthroughSteps } from '../editor/walkthrough-steps';

interface ContextKeyParts {
  readonly store: Pick<JobStore, 'all' | 'find' | 'onDidChange'>;
  readonly removedJobs: {
    all(): readonly { readonly reference: JobReference }[];
    readonly onDidChange: Event<void>;
  };
  readonly credentials: Pick<CredentialManager, 'all' | 'unreadable' | 'onDidChange'>;
  readonly pause: Pick<PollingPause, 'isPaused' | 'onDidChange'>;
  readonly followed: Pick<FollowedProjects, 'all' | 'onDidChange'>;
  readonly options: Pick<TreeOptions, 'current' | 'onDidChange'>;
  readonly view: Pick<TreeView<unknown>, 'visible' | 'onDidChangeVisibility'>;
  /** Returns an empty string if the computer has no network. */
  readonly networkAddresses: () => string;
  readonly walkthrough: Pick<WalkthroughSteps, 'complete'>;
  readonly clock: Clock;
}

/** No event reports that the network is back. */
const NETWORK_CHECK_INTERVAL_MS = 5 * SECOND;

/** Most jobs, which ended long ago, are in no group: thousands of them cost nothing. */
type JobGroup = 'demo' | 'running' | 'unfinished' | 'waiting' | 'muted' | 'unknown' | 'lost';

function groupsOf(tracked: TrackedJob): readonly JobGroup[] {
  const groups: JobGroup[] = [];
  if (isDemo(tracked.reference)) groups.push('demo');
  if (tracked.muted) groups.push('muted');
  if (isActive(tracked)) groups.push('running');
  if (!isFinished(tracked)) groups.push('unfinished');
  if (needsDecision(tracked) && !isDemo(tracked.reference)) groups.push('waiting');
  if (isNotFound(tracked)) groups.push('unknown');
  if (isLost(tracked)) groups.push('lost');
  return groups;
}

export class ContextKeys implements Disposable {
  private readonly subscriptions: readonly Disposable[];
  private readonly values = new Map<string, boolean>();
  private readonly jobs: JobGroups<JobGroup>;
  private isReady = false;
  private nextCheck: Disposable | undefined;

  constructor(private readonly parts: ContextKeyParts) {
    const update = () => {
      this.update();
    };
    const { store, removedJobs, credentials, pause, followed, options, view } = parts;
    this.jobs = new JobGroups(store, groupsOf);
    this.subscriptions = [
      this.jobs,
      ...[store, removedJobs, credentials, pause, followed, options].map(({ onDidChange }) => onDidChange(update)),
      view.onDidChangeVisibility(update),
      window.onDidChangeWindowState(update),
    ];
  }

  dispose(): void {
    this.nextCheck?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** To be called when the saved jobs were read, or could not be read. From then on an empty view says why it is empty. */
  setReady(): void {
    this.isReady = true;
    this.update();
    this.setContext('elbJobs.isReady', true);
  }

  private update(): void {
    const { store, removedJobs, credentials, pause, followed, options, view, walkthrough } = this.parts;
    const { size } = store.all();
    const hasJobs = size > 0;
    const hasOwn = size > this.jobs.count('demo');
    const projects = followed.all();
    const profiles = credentials.all();
    this.setContext('elbJobs.signedIn', profiles.length > 0);
    // Before the credentials are loaded, there are none.
    this.setContext('elbJobs.needsSignIn', this.isReady && profiles.length === 0 && hasOwn);
    this.setContext('elbJobs.hasUnreadableCredentials', credentials.unreadable.length > 0);
    this.setContext('elbJobs.hasJobs', hasJobs);
    this.setContext('elbJobs.hasOwnJobs', hasOwn);
    this.setContext('elbJobs.demo', this.jobs.has('demo'));
    // The walkthrough's steps stay done.
    if (profiles.length > 0) walkthrough.complete('credentials');
    if (hasOwn) {
      this.setContext('elbJobs.hasTracked', true);
      walkthrough.complete('track');
    }
    if (hasJobs && view.visible) {
      this.setContext('elbJobs.hasShownJobs', true);
      walkthrough.complete('watch');
    }
    this.setContext('elbJobs.hasRunningJobs', this.jobs.has('running'));
    this.setContext('elbJobs.hasFinishedJobs', size > this.jobs.count('unfinished'));
    this.setContext('elbJobs.hasMutedJobs', this.jobs.has('muted'));
    this.setContext('elbJobs.hasUnmutedJobs', size > this.jobs.count('muted'));
    this.setContext('elbJobs.hasWaitingUpgrades', this.jobs.has('waiting'));
    this.setContext('elbJobs.hasUnknownJobs', this.jobs.has('unknown'));
    this.setContext(
      'elbJobs.canTrackAgain',
      this.jobs.has('lost') || removedJobs.all().some(({ reference }) => store.find(reference) === undefined),
    );
    this.setContext(
      'elbJobs.refused',
      profiles.some(({ refusal }) => refusal !== undefined),
    );
    this.setContext('elbJobs.filtered', isFiltered(options.current));
    this.setContext('elbJobs.paused', pause.isPaused);
    this.setContext('elbJobs.follows', projects.length > 0);
    this.setContext(
      'elbJobs.canFollow',
      profiles.some((profile) => !projects.some((project) => isSameProject(profile, project))),
    );
    this.updateOffline(!hasJobs);
  }

  private updateOffline(isEmpty: boolean): void {
    const { view, networkAddresses, clock } = this.parts;
    this.nextCheck?.dispose();
    this.nextCheck = undefined;
    // Needed for an empty view only: otherwise the rows of the jobs show it.
    const isOffline = isEmpty && networkAddresses() === '';
    this.setContext('elbJobs.offline', isOffline);
    if (!isOffline || !view.visible) return;
    this.nextCheck = clock.schedule(NETWORK_CHECK_INTERVAL_MS, () => {
      this.updateOffline(isEmpty);
    });
  }

  private setContext(key: string, value: boolean): void {
    if (this.values.get(key) === value) return;
    this.values.set(key, value);
    void commands.executeCommand('setContext', key, value);
  }
}

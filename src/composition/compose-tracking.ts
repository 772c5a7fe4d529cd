/** Composes what follows the jobs: what is kept of them, and what asks for them. */
import path from 'node:path';
import { window } from 'vscode';
import { profileId } from '../credentials/profiles/profile';
import { isDemo } from '../demo/demo-project';
import { DemoSource } from '../demo/demo-source';
import { RoutedSource } from '../demo/routed-source';
import { readJob } from '../cloud/api/job-schema';
import type { Disposable } from '../base/disposable';
import { FollowedProjects } from '../jobs/discovery/followed-projects';
import { JobDirectory } from '../jobs/store/job-directory';
import { jobKey } from '../jobs/model/job-reference';
import { JobStore } from '../jobs/store/job-store';
import { Lease } from '../storage/lease';
import { networkAddresses } from '../jobs/polling/network-addresses';
import { PollEngine } from '../jobs/polling/poll-engine';
import { PollingPause } from '../jobs/polling/polling-pause';
import { DurationHistory } from '../jobs/model/duration-history';
import { DuplicateJobs } from '../jobs/store/duplicate-jobs';
import { showFollowQuarantine, showNewJobsNotice } from '../ui/notices/follow-notices';
import { quarantineNotice } from '../ui/notices/quarantine-notice';
import { windowAliveCheck } from '../ui/editor/window-alive';
import type { Cloud } from './compose-cloud';
import type { WindowContext } from '../storage/window-context';

export interface Tracking {
  readonly jobFiles: JobDirectory;
  readonly followed: FollowedProjects;
  readonly store: JobStore;
  readonly durations: DurationHistory;
  readonly pause: PollingPause;
  readonly engine: PollEngine;
  readonly duplicates: DuplicateJobs;
  /** Whether there is still a window that shows what this extension host does. */
  readonly isWindowAlive: () => Promise<boolean>;
  readonly disposables: readonly Disposable[];
}

export function composeTracking(shared: WindowContext, cloud: Cloud): Tracking {
  const { clock, log } = shared;
  const isWindowAlive = windowAliveCheck(clock);
  const jobFiles = new JobDirectory({ ...shared, readJob, onQuarantine: quarantineNotice() });
  const followed = new FollowedProjects({
    ...shared,
    skewOf: ({ endpoint }) => cloud.clockSkewOf(endpoint),
    onQuarantine: () => {
      showFollowQuarantine(log);
    },
  });
  const store = new JobStore(jobFiles, log, (left) => followed.dismiss(left, clock.now()));
  const durations = new DurationHistory(isDemo);
  const pause = new PollingPause(shared);
  const demoSource = new DemoSource({ trackedAt: (reference) => store.get(jobKey(reference))?.trackedAt, clock });
  const engine = new PollEngine({
    store,
    source: new RoutedSource(demoSource, cloud.source),
    pause,
    newJobs: {
      followed,
      isFocused: () => window.state.focused,
      notify: (news) => {
        showNewJobsNotice(cloud.credentials, news, log);
      },
    },
    leaseOf: ({ endpoint, projectId }) =>
      new Lease({
        ...shared,
        directory: path.join(shared.directory, 'leases'),
        name: profileId(endpoint, projectId),
        isWanted: isWindowAlive,
      }),
    durations,
    clock,
    random: () => Math.random(),
    networkAddresses,
    log,
  });
  const duplicates = new DuplicateJobs({ store, claims: jobFiles, log });
  return {
    jobFiles,
    followed,
    store,
    durations,
    pause,
    engine,
    duplicates,
    isWindowAlive,
    disposables: [store, engine, followed, duplicates, pause],
  };
}

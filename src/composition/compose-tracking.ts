/** Composes the tracking of jobs: the stored jobs and the polling. */
import path from 'node:path';
import { window } from 'vscode';
import { profileId } from '../credentials/profiles/profile';
import { isDemo } from '../demo/demo-project';
import { DemoResourceSource } from '../demo/demo-resource-source';
import { DemoSource } from '../demo/demo-source';
import { RoutedResourceSource } from '../demo/routed-resource-source';
import { RoutedSource } from '../demo/routed-source';
import { limitJob, readJob } from '../cloud/api/job-schema';
import type { Disposable } from '../base/disposable';
import { FollowedProjects } from '../jobs/discovery/followed-projects';
import type { EndingClaims } from '../jobs/store/ending-claims';
import { JobDirectory } from '../jobs/store/job-directory';
import { JobMover } from '../jobs/store/segments/job-mover';
import { type JobReference, jobKey } from '../jobs/model/job-reference';
import { JobStore } from '../jobs/store/job-store';
import { JobWaiter } from '../jobs/waiting/job-waiter';
import { KnownResources } from '../jobs/resources/known-resources';
import { Lease } from '../storage/lease';
import { networkAddresses } from '../jobs/polling/network-addresses';
import { PollEngine } from '../jobs/polling/poll-engine';
import { PollingPause } from '../jobs/polling/polling-pause';
import { DurationHistory } from '../jobs/model/duration-history';
import { DuplicateJobs } from '../jobs/store/duplicate-jobs';
import { showNewJobsNotice } from '../ui/notices/new-jobs-notice';
import { jobQuarantineNotice, showFollowQuarantineNotice } from '../ui/notices/quarantine-notices';
import { showsResourceNames } from '../ui/editor/settings';
import { windowAliveCheck } from '../ui/editor/window-alive';
import type { Cloud } from './compose-cloud';
import { STORAGE_FOLDERS } from '../storage/storage-folders';
import type { WindowContext } from '../storage/window-context';

export interface Tracking {
  readonly jobFiles: JobDirectory;
  readonly claims: EndingClaims;
  readonly mover: JobMover;
  readonly followed: FollowedProjects;
  readonly store: JobStore;
  readonly known: KnownResources;
  readonly durations: DurationHistory;
  readonly pause: PollingPause;
  readonly engine: PollEngine;
  readonly duplicates: DuplicateJobs;
  readonly waiter: JobWaiter;
  /** Whether this extension host still has a window. */
  readonly isWindowAlive: () => Promise<boolean>;
  readonly disposables: readonly Disposable[];
}

export function composeTracking(shared: WindowContext, cloud: Cloud): Tracking {
  const { clock, log } = shared;
  const isWindowAlive = windowAliveCheck(clock);
  const jobFiles = new JobDirectory({ ...shared, readJob, onQuarantine: jobQuarantineNotice(log) });
  const { bytes, claims } = jobFiles;
  const mover = new JobMover(
    { ...shared, readJob, limitJob, onQuarantine: jobQuarantineNotice(log) },
    jobFiles.ended,
    bytes,
  );
  const followed = new FollowedProjects({
    ...shared,
    skewOf: ({ endpoint }) => cloud.clockSkewOf(endpoint),
    onQuarantine: () => {
      showFollowQuarantineNotice(log);
    },
  });
  const store = new JobStore(
    jobFiles,
    log,
    (left) => followed.dismiss(left, clock.now()),
    limitJob,
    () => bytes.excess > 0,
  );
  const known = new KnownResources({ ...shared, store, isOn: showsResourceNames });
  const durations = new DurationHistory(isDemo);
  const pause = new PollingPause(shared);
  const demo = { trackedAt: (reference: JobReference) => store.get(jobKey(reference))?.trackedAt, clock };
  const resourceSource = new RoutedResourceSource(new DemoResourceSource(demo), cloud.resources);
  const engine = new PollEngine({
    store,
    source: new RoutedSource(new DemoSource(demo), cloud.source),
    resources: { known, resourceSource, isFree: isDemo },
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
        directory: path.join(shared.directory, STORAGE_FOLDERS.leases),
        name: profileId(endpoint, projectId),
        isUsable: isWindowAlive,
      }),
    durations,
    clock,
    random: () => Math.random(),
    networkAddresses,
    log,
  });
  const duplicates = new DuplicateJobs({ store, claims, log });
  const waiter = new JobWaiter({ store, clock, log });
  return {
    jobFiles,
    claims,
    mover,
    followed,
    store,
    known,
    durations,
    pause,
    engine,
    duplicates,
    waiter,
    isWindowAlive,
    disposables: [waiter, mover, jobFiles, store, engine, known, followed, duplicates, pause],
  };
}

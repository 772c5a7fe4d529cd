/** How many timers a window keeps that has nothing to do. */
import { MINUTE } from '../../../src/base/time-units';
import { parseListJobsResponse } from '../../../src/cloud/api/job-schema';
import { DurationHistory } from '../../../src/jobs/model/duration-history';
import { PollEngine } from '../../../src/jobs/polling/poll-engine';
import { JobStore } from '../../../src/jobs/store/job-store';
import { NEWEST_FIRST } from '../../../src/ui/tree/job-arrangement';
import { JobTree } from '../../../src/ui/tree/job-tree';
import { noNames, nothingFollowed } from '../../support/engine-fixture';
import { FakeClock } from '../../support/fake-clock';
import { neverPaused, onlyWindow, unlimitedBudget } from '../../support/fake-source';
import { MemoryLog, noFiles } from '../../support/samples';
import { BEGIN, listBody, referenceOf } from './wire-jobs';

const noEvent = () => ({ dispose: () => undefined });

/** @returns how many timers engine and tree have 15 minutes after the last of so many jobs has ended */
export async function idleTimers(jobs: number): Promise<number> {
  const clock = new FakeClock(BEGIN);
  const log = new MemoryLog();
  const store = new JobStore({ ...noFiles, change: () => Promise.resolve(undefined) }, log);
  const durations = new DurationHistory();
  const ended = parseListJobsResponse(listBody(jobs, () => 'COMPLETE', MINUTE));
  if (!ended.ok) throw new Error('The list is not valid.');
  const byId = new Map(ended.value.jobs.map((job) => [job.jobId, job]));
  const engine = new PollEngine({
    ...{ store, durations, clock, log },
    source: {
      obstacleFor: () => Promise.resolve(undefined),
      showJob: ({ jobId }) => {
        const job = byId.get(jobId)?.read();
        if (job === undefined) throw new Error(`There is no job ${jobId}.`);
        return Promise.resolve({ ok: true, value: { job } });
      },
      listJobs: () => Promise.resolve({ ok: true, value: { jobs: ended.value.jobs } }),
      budgetOf: () => Promise.resolve(unlimitedBudget),
    },
    pause: neverPaused,
    leaseOf: onlyWindow,
    random: () => 0.5,
    networkAddresses: () => '',
    newJobs: nothingFollowed,
    resources: noNames,
  });
  const options = { current: NEWEST_FIRST, onDidChange: noEvent, clearFilter: () => Promise.resolve() };
  const projectNames = { of: () => undefined, onDidChange: noEvent };
  const tree = new JobTree({ ...{ store, durations, clock, log, options, projectNames } });
  for (let index = 0; index < jobs; index += 1) await store.track(referenceOf(index), clock.now());
  await clock.advance(15 * MINUTE);
  const timers = clock.pendingTimers;
  engine.dispose();
  tree.dispose();
  return timers;
}

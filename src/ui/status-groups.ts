/** The jobs that the status bar counts, by owner and state. */
import { type JobOwner, ownerOf } from '../demo/counted-jobs';
import { classifyStatus, hasFailed, isEnding, isRunning, isWaitingUpgrade } from '../jobs/model/job-status';
import { type PollError, stopsCredential } from '../jobs/model/poll-error';
import { projectName } from '../jobs/model/project';
import { isLost, isUnseen, type TrackedJob } from '../jobs/model/tracked-job';
import { errorLabel } from './text/error-words';

/** Errors after which a job is not polled until a person acts. */
const NOT_POLLED: ReadonlySet<PollError['kind']> = new Set<PollError['kind']>([
  'not-found',
  'no-longer-kept',
  'forbidden',
  'bad-request',
]);

export type StatusGroup = JobOwner | `${JobOwner} ${string}`;

export function countedGroupsOf(tracked: TrackedJob): readonly StatusGroup[] {
  const owner = ownerOf(tracked);
  const { job, reference, pollFailure } = tracked;
  const groups: StatusGroup[] = [owner];
  const error = pollFailure?.error;
  const addIf = (condition: boolean, group: string) => {
    if (condition) groups.push(`${owner} ${group}`);
  };
  const isUnended = !isEnding(job?.status);
  const isPolled = isUnended && !isNotPolled(error);
  addIf(isUnseen(tracked), 'unseen');
  // An upgrade that waits is polled, too.
  addIf(isRunning(job), `in ${projectName(reference)}`);
  const isStopped = isRunning(job) && error !== undefined && stopsCredential(error);
  addIf(isStopped, 'stopped');
  addIf(isPolled, 'polled');
  addIf(isPolled && error !== undefined, 'failing');
  const isRunningNow = isPolled && job !== undefined && !isStopped;
  addIf(isRunningNow, 'running');
  addIf(isRunningNow, `running in ${projectName(reference)}`);
  if (isRunningNow && error !== undefined) groups.push(`${owner} running: ${errorLabel(error)}`);
  addIf(isRunning(job) && isNotPolled(error), 'not polled');
  const isWaiting = job !== undefined && isWaitingUpgrade(job) && !isLost(tracked);
  addIf(isWaiting, 'waiting');
  addIf(hasFailed(job) && !isWaiting, 'failed');
  addIf(hasFailed(job) && !isWaiting && isUnseen(tracked), 'failed unseen');
  addIf(classifyStatus(job?.status) === 'cancelled', 'cancelled');
  return groups;
}

function isNotPolled(error: PollError | undefined): boolean {
  return error !== undefined && NOT_POLLED.has(error.kind);
}

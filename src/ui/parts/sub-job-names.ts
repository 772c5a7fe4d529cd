/** Names of sub-jobs: their types and, beside others of the same type, what distinguishes them. */
import type { Job, SubJob } from '../../cloud/api/job';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { jobTypeWord, resourceWord, shortId } from '../text/job-words';
import { plainText } from '../text/plain-text';
import { withDots } from '../text/punctuation';

type SubJobsOf = Pick<TrackedJob, 'job' | 'resources'>;

/** The sub-jobs of one type: how many there are, and how many have each word. */
interface Siblings {
  count: number;
  readonly words: Map<string, number>;
}

type SiblingsByType = ReadonlyMap<string | undefined, Siblings>;

/** Calculated once: a job may have thousands of sub-jobs. The resources come first, so that no job keeps older ones in memory. */
const known = new WeakMap<object, WeakMap<Job, SiblingsByType>>();

const NO_RESOURCES = {};

/** E.g. `UPGRADE_INIT` or, beside others of its type, `cloneListener · http-80`. */
export function subJobName(tracked: SubJobsOf, subJob: SubJob): string {
  return withDots([jobTypeWord(subJob), subJobMark(tracked, subJob)]);
}

/**
 * Distinguishes a sub-job from others of its type: the name of its resource, else the start of the resource's id or, if it has none of
 * its own, of the sub-job's id. Undefined if it is the only one of its type.
 */
export function subJobMark(tracked: SubJobsOf, subJob: SubJob): string | undefined {
  const { job } = tracked;
  if (job === undefined || job.subJobs.length < 2) return undefined;
  const siblings = siblingsIn(job, tracked.resources ?? NO_RESOURCES, tracked).get(subJob.jobType);
  if (siblings === undefined || siblings.count < 2) return undefined;
  const { names, ids } = wordsOf(tracked, subJob);
  const isOwn = (word: string) => siblings.words.get(word) === 1;
  const ownName = names.find(isOwn);
  if (ownName !== undefined) return ownName;
  const ownId = ids.find(isOwn);
  const words = ownId === undefined ? [names[0] ?? ids[0], startOf(subJob.jobId)] : [names[0], ownId];
  return withDots(words) || undefined;
}

function siblingsIn(job: Job, resources: object, tracked: SubJobsOf): SiblingsByType {
  let byJob = known.get(resources);
  if (byJob === undefined) {
    byJob = new WeakMap();
    known.set(resources, byJob);
  }
  let siblings = byJob.get(job);
  if (siblings === undefined) {
    siblings = countSiblings(job, tracked);
    byJob.set(job, siblings);
  }
  return siblings;
}

function countSiblings({ subJobs }: Job, tracked: SubJobsOf): SiblingsByType {
  const all = new Map<string | undefined, Siblings>();
  for (const subJob of subJobs) {
    let siblings = all.get(subJob.jobType);
    if (siblings === undefined) {
      siblings = { count: 0, words: new Map() };
      all.set(subJob.jobType, siblings);
    }
    siblings.count += 1;
    const { names, ids } = wordsOf(tracked, subJob);
    for (const word of new Set([...names, ...ids])) siblings.words.set(word, (siblings.words.get(word) ?? 0) + 1);
  }
  return all;
}

/** What may distinguish the sub-job: the names and the starts of the ids of its resources. */
function wordsOf(tracked: SubJobsOf, { resourceId, entities }: SubJob) {
  const ids = [resourceId, entities[0]?.resourceId];
  return {
    names: ids.flatMap((id) => resourceWord(tracked, id) ?? []),
    ids: ids.flatMap((id) => startOf(id) ?? []),
  };
}

/** The start of an id, which may be any text. */
function startOf(id: string | undefined): string | undefined {
  return id === undefined ? undefined : plainText(shortId(id)) || undefined;
}

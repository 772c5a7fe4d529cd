/** Compares two responses for a job. */
import { compare } from '../../base/compare';
import { jsonEqual } from '../../base/json/json-equal';
import type { ReadableList } from '../../base/lazy-list';
import type { Job, JobEntity, JobFields, SubJob, SubJobs } from '../../cloud/api/job';

const FIELD_NAMES = [
  'status',
  'jobId',
  'jobType',
  'beginTime',
  'endTime',
  'errorCode',
  'errorMessage',
  'projectId',
  'resourceId',
] as const satisfies readonly (keyof JobFields)[];

/** Whether both are the same, in any order of sub-jobs. Of a job without `raw`, only the documented fields are compared. */
export function isSameAnswer(a: Job, b: Job): boolean {
  const haveAnswers = a.raw !== undefined && b.raw !== undefined;
  // If an answer is not in memory, or was removed from the disk, `cut` need not say so.
  const missing = ({ cut }: Job) => cut?.missingSubJobs ?? (haveAnswers ? undefined : 0);
  if (missing(a) !== missing(b)) return false;
  const haveFingerprints = a.fingerprint !== undefined && b.fingerprint !== undefined;
  // The sub-jobs of a job at rest are read only if they are needed.
  if (haveFingerprints && a.fingerprint !== b.fingerprint) return false;
  if (a.raw === undefined || b.raw === undefined) return haveFingerprints || isSameParsed(a, b);
  return jsonEqual(a.raw, b.raw) || jsonEqual(withoutOrder(a.raw), withoutOrder(b.raw));
}

function withoutOrder(raw: { readonly sub_jobs?: unknown }): object {
  const { sub_jobs: subJobs } = raw;
  return Array.isArray(subJobs) ? { ...raw, sub_jobs: subJobs.map((subJob) => JSON.stringify(subJob)).sort() } : raw;
}

function isSameParsed(a: Job, b: Job): boolean {
  if (!isSameFields(a, b)) return false;
  return isSameList(a.subJobs, b.subJobs, isSameSubJob) || isSameList(sorted(a.subJobs), sorted(b.subJobs), Object.is);
}

/** As texts, in any order that does not depend on the one in the response. */
function sorted(subJobs: SubJobs): readonly string[] {
  return subJobs.map(textOf).sort(compare);
}

function textOf({ entities, ...fields }: SubJob): string {
  const ofEntities = entities.map(({ resourceId, resourceType }) => [resourceId, resourceType]);
  return JSON.stringify([...FIELD_NAMES.map((name) => fields[name]), ...ofEntities]);
}

function isSameSubJob(a: SubJob, b: SubJob): boolean {
  return isSameFields(a, b) && isSameList(a.entities, b.entities, isSameEntity);
}

function isSameEntity(a: JobEntity, b: JobEntity): boolean {
  return a.resourceId === b.resourceId && a.resourceType === b.resourceType;
}

function isSameFields(a: JobFields, b: JobFields): boolean {
  return FIELD_NAMES.every((name) => a[name] === b[name]);
}

function isSameList<T>(a: ReadableList<T>, b: ReadableList<T>, isSame: (a: T, b: T) => boolean): boolean {
  return a.length === b.length && a.every((item, index) => isSame(item, b.at(index) as T));
}

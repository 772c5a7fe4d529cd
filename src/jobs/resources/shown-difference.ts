/** Which jobs show a difference after something was learned about the resources of their project. */
import { jsonEqual } from '../../base/json/json-equal';
import { resourceIdsOf } from '../model/resource-ids';
import { hasFailed } from '../model/job-status';
import type { TrackedJob } from '../model/tracked-job';
import type { KnownProject, KnownResource } from './known-project';

/** Of a job at rest, only the resource of the job itself counts: decoding the sub-jobs of thousands would take too long. */
export function differenceOf(before: KnownProject, after: KnownProject): (tracked: TrackedJob) => boolean {
  const ids = changedIds(before, after);
  const hasOtherQuotas = !jsonEqual(before.quotas, after.quotas);
  const hasOtherRefusals = !jsonEqual(before.refused, after.refused);
  return ({ job }) => {
    if (job === undefined) return false;
    if (job.resourceId !== undefined && ids.has(job.resourceId)) return true;
    if (hasOtherQuotas && hasFailed(job)) return true;
    if (job.raw === undefined) return false;
    return hasOtherRefusals || (ids.size > 0 && resourceIdsOf(job).some(({ id }) => ids.has(id)));
  };
}

/** The resources that a row shows differently, not those that were only looked up once more. */
function changedIds(before: KnownProject, after: KnownProject): ReadonlySet<string> {
  const known = new Map(before.resources.map((resource) => [resource.id, resource]));
  const ids = new Set<string>();
  for (const { id, found, recycleBin } of after.resources) {
    const earlier = known.get(id);
    known.delete(id);
    const isSame = jsonEqual(withoutTime(found), withoutTime(earlier?.found));
    if (!isSame || recycleBin?.isHeld !== earlier?.recycleBin?.isHeld) ids.add(id);
  }
  for (const id of known.keys()) ids.add(id);
  return ids;
}

function withoutTime(found: KnownResource['found']): KnownResource['found'] {
  return found && { ...found, seenAt: 0 };
}

/** The tracked jobs by project and id, so that no search scans all jobs. */
import type { JobKey } from '../model/job-reference';
import { projectName, type ProjectReference } from '../model/project';
import { idsOf, type TrackedJob } from '../model/tracked-job';

type TrackedIds = Pick<TrackedJob, 'reference' | 'aliases'>;

export class JobIds {
  private readonly projects = new Map<string, Map<string, readonly JobKey[]>>();

  /** The job with this key was added, changed or removed. */
  update(key: JobKey, before: TrackedIds | undefined, after: TrackedIds | undefined): void {
    if (before !== undefined && before.aliases === after?.aliases) return;
    if (before !== undefined) this.remove(key, before);
    if (after !== undefined) this.add(key, after);
  }

  /** @returns the keys of the jobs with this id: first the job that is tracked by it, then those that have it as an alias */
  withId(project: ProjectReference, id: string): readonly JobKey[] {
    return this.projects.get(projectName(project))?.get(id) ?? [];
  }

  hasJobsIn(project: ProjectReference): boolean {
    return this.projects.has(projectName(project));
  }

  private add(key: JobKey, { reference, aliases }: TrackedIds): void {
    const name = projectName(reference);
    const ids = this.projects.get(name) ?? new Map<string, readonly JobKey[]>();
    this.projects.set(name, ids);
    ids.set(reference.jobId, [key, ...(ids.get(reference.jobId) ?? [])]);
    for (const id of new Set(aliases)) if (id !== reference.jobId) ids.set(id, [...(ids.get(id) ?? []), key]);
  }

  private remove(key: JobKey, { reference, aliases }: TrackedIds): void {
    const ids = this.projects.get(projectName(reference));
    for (const id of idsOf({ reference, aliases })) {
      const others = ids?.get(id)?.filter((other) => other !== key) ?? [];
      if (others.length > 0) ids?.set(id, others);
      else ids?.delete(id);
    }
    if (ids?.size === 0) this.projects.delete(projectName(reference));
  }
}

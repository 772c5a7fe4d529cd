/** The tracked jobs by project and id, so that no search scans all jobs. */
import type { JobKey } from '../model/job-reference';
import type { ProjectReference } from '../model/project';
import { idsOf, type TrackedJob } from '../model/tracked-job';

/** The keys of the jobs with an id: nearly always one. */
type KeysById = Map<string, JobKey | readonly JobKey[]>;

type TrackedIds = Pick<TrackedJob, 'reference' | 'aliases'>;

export class JobIds {
  /** By endpoint and project. */
  private readonly endpoints = new Map<string, Map<string, KeysById>>();

  /** The job with this key was added, changed or removed. */
  update(key: JobKey, before: TrackedIds | undefined, after: TrackedIds | undefined): void {
    if (before !== undefined && before.aliases === after?.aliases) return;
    if (before !== undefined) this.remove(key, before);
    if (after !== undefined) this.add(key, after);
  }

  /**
   * @param project undefined for all projects, one after the other
   * @returns the keys of the jobs with this id: of each project, first the job that is tracked by it, then those with the alias
   */
  withId(project: ProjectReference | undefined, id: string): readonly JobKey[] {
    if (project !== undefined) return keysIn(this.idsIn(project), id);
    return [...this.endpoints.values()].flatMap((projects) => [...projects.values()].flatMap((ids) => keysIn(ids, id)));
  }

  hasJobsIn(project: ProjectReference): boolean {
    return this.idsIn(project) !== undefined;
  }

  private add(key: JobKey, { reference, aliases }: TrackedIds): void {
    const ids = this.idsIn(reference) ?? this.newIdsIn(reference);
    const { jobId } = reference;
    ids.set(jobId, ids.has(jobId) ? [key, ...keysIn(ids, jobId)] : key);
    if (aliases.length === 0) return;
    for (const id of new Set(aliases)) if (id !== jobId) ids.set(id, [...keysIn(ids, id), key]);
  }

  private remove(key: JobKey, { reference, aliases }: TrackedIds): void {
    const ids = this.idsIn(reference);
    for (const id of idsOf({ reference, aliases })) {
      const others = keysIn(ids, id).filter((other) => other !== key);
      if (others.length > 0) ids?.set(id, others);
      else ids?.delete(id);
    }
    if (ids?.size !== 0) return;
    const projects = this.endpoints.get(reference.endpoint);
    projects?.delete(reference.projectId);
    if (projects?.size === 0) this.endpoints.delete(reference.endpoint);
  }

  private idsIn({ endpoint, projectId }: ProjectReference): KeysById | undefined {
    return this.endpoints.get(endpoint)?.get(projectId);
  }

  private newIdsIn({ endpoint, projectId }: ProjectReference): KeysById {
    const ids: KeysById = new Map();
    const projects = this.endpoints.get(endpoint) ?? new Map<string, KeysById>();
    this.endpoints.set(endpoint, projects.set(projectId, ids));
    return ids;
  }
}

function keysIn(ids: KeysById | undefined, id: string): readonly JobKey[] {
  const keys = ids?.get(id);
  if (keys === undefined) return [];
  return typeof keys === 'string' ? [keys] : keys;
}

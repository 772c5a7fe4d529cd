/** Groups tracked jobs by project. */
import type { JobKey } from '../model/job-reference';
import { projectName } from '../model/project';
import type { JobList } from './job-list';

export function keysByProject(keys: readonly JobKey[], list: JobList): Iterable<readonly JobKey[]> {
  const projects = new Map<string, JobKey[]>();
  for (const key of keys) {
    const reference = list.get(key)?.reference;
    if (reference === undefined) continue;
    const project = projectName(reference);
    const known = projects.get(project);
    if (known === undefined) projects.set(project, [key]);
    else known.push(key);
  }
  return projects.values();
}

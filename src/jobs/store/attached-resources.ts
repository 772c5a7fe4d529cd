/** Attaches what is known about resources to the jobs of their projects. It is never saved with the jobs. */
import type { ProjectReference } from '../model/project';
import { projectName } from '../model/project';
import type { ProjectResources } from '../model/project-resources';
import type { TrackedJob } from '../model/tracked-job';

export class AttachedResources {
  private readonly byProject = new Map<string, ProjectResources>();

  /** @param resources undefined if nothing is known any more */
  set(project: ProjectReference, resources: ProjectResources | undefined): void {
    if (resources === undefined) this.byProject.delete(projectName(project));
    else this.byProject.set(projectName(project), resources);
  }

  /** @returns the job with the resources of its project */
  attachTo(tracked: TrackedJob): TrackedJob {
    const resources = this.byProject.size === 0 ? undefined : this.byProject.get(projectName(tracked.reference));
    if (tracked.resources === resources) return tracked;
    return { ...tracked, resources };
  }
}

/** The started jobs: found by the id in a path, or listed for a project. */
import { InputError } from '../base/input-error';
import { jobAt, type MainJob, type StartedJob } from './job-script';
import { OFFICIAL_EXAMPLE } from './official-example';

export class JobBoard {
  readonly #jobs: StartedJob[] = [];

  get jobs(): readonly StartedJob[] {
    return this.#jobs;
  }

  /** @throws InputError for an invalid id, or one that is taken in that project. */
  add(job: StartedJob): void {
    for (const id of [job.jobId, job.bodyJobId]) {
      if (!/^[A-Za-z0-9_-]+$/.test(id)) throw new InputError('A job id is made of letters, digits, "_" and "-".');
      if (this.#isTaken(job.projectId, id)) throw new InputError(`There is a job ${id} in that project already.`);
    }
    this.#jobs.push(job);
  }

  /** Finds a job by the id in the path, never by the body's. */
  find(projectId: string, jobId: string): StartedJob | undefined {
    return this.#jobs.find((job) => job.projectId === projectId && job.jobId === jobId);
  }

  /**
   * Returns the jobs of a project that have started, ordered by their body's id. The service's order is not published;
   * its other lists are ordered by id, and no client can then rely on time order.
   */
  list(projectId: string, now: number): MainJob[] {
    const started = this.#jobs.filter((job) => job.projectId === projectId).flatMap((job) => jobAt(job, now) ?? []);
    const all = projectId === OFFICIAL_EXAMPLE.projectId ? [...started, OFFICIAL_EXAMPLE.job] : started;
    return all.sort((a, b) => (a.job_id < b.job_id ? -1 : 1));
  }

  #isTaken(projectId: string, id: string): boolean {
    const known = [
      ...this.#jobs,
      {
        projectId: OFFICIAL_EXAMPLE.projectId,
        jobId: OFFICIAL_EXAMPLE.jobId,
        bodyJobId: OFFICIAL_EXAMPLE.job.job_id,
      },
    ];
    return known.some((job) => job.projectId === projectId && (job.jobId === id || job.bodyJobId === id));
  }
}

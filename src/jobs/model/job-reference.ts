/** Identifies a job: its id as the person gave it, in a project, at an endpoint. */
import { hash } from 'node:crypto';
import type { ProjectReference } from './project';
import { isJobId } from '../../base/id-patterns';

export interface JobReference extends ProjectReference {
  readonly jobId: string;
}

/** The same for a job in all windows and after restarts; safe in a file name. */
export type JobKey = string;

export function jobKey({ endpoint, projectId, jobId }: JobReference): JobKey {
  // Thousands are made when a window opens, and createHash() takes several times as long.
  return hash('sha256', `${endpoint}\n${projectId}\n${jobId}`).slice(0, 32);
}

/** @returns the job id in a pasted text, without surrounding white space and quotes; undefined if it is not one */
export function parseJobId(text: string): string | undefined {
  const id = text
    .trim()
    .replace(/^(["'`])(.*)\1$/, '$2')
    .trim();
  return isJobId(id) ? id : undefined;
}

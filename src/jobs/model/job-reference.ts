/** Which job is meant: the id as the person gave it, in a project, at an endpoint. */
import { createHash } from 'node:crypto';
import type { ProjectReference } from './project';
import { isJobId } from '../../base/id-patterns';

export interface JobReference extends ProjectReference {
  readonly jobId: string;
}

/** Identifies a tracked job in all windows and over restarts; fit for a file name. */
export type JobKey = string;

export function jobKey(reference: JobReference): JobKey {
  return createHash('sha256')
    .update([reference.endpoint, reference.projectId, reference.jobId].join('\n'))
    .digest('hex')
    .slice(0, 32);
}

/** The id in what a person pasted, free of white space and quotes around it; undefined where there is none. */
export function parseJobId(text: string): string | undefined {
  const id = text
    .trim()
    .replace(/^(["'`])(.*)\1$/, '$2')
    .trim();
  return isJobId(id) ? id : undefined;
}

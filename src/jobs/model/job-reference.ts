/** Which job is meant: the id as the person gave it, in a project, at an endpoint. */
import { createHash } from 'node:crypto';
import type { ProjectReference } from './project';

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

const JOB_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** The id in what a person pasted, free of white space and quotes around it; undefined where there is none. */
export function parseJobId(text: string): string | undefined {
  const id = text
    .trim()
    .replace(/^(["'`])(.*)\1$/, '$2')
    .trim();
  return JOB_ID.test(id) ? id : undefined;
}

/** Huawei Cloud's project ids are 32 lower-case letters and digits. */
export function isProjectId(text: string): boolean {
  return /^[a-z0-9]{32}$/.test(text);
}

/** Hashes a project's endpoint and id, for file names. */
import { createHash } from 'node:crypto';
import type { ProjectReference } from './project';

export function projectHash({ endpoint, projectId }: ProjectReference): string {
  return createHash('sha256').update(`${endpoint}\n${projectId}`).digest('hex');
}

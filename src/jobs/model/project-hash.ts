/** A project's name, fit for a file name, that tells it from those of all clouds. */
import { createHash } from 'node:crypto';
import type { ProjectReference } from './project';

export function projectHash({ endpoint, projectId }: ProjectReference): string {
  return createHash('sha256').update(`${endpoint}\n${projectId}`).digest('hex');
}

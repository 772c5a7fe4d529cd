/** The endpoint and project of all demo jobs; the endpoint's host can never exist. */
import type { ProjectReference } from '../jobs/model/project';

export const DEMO_PROJECT: ProjectReference = {
  // RFC 2606 reserves the domain `.invalid`: it never has hosts.
  endpoint: 'https://demo.invalid',
  projectId: 'demo0000000000000000000000000000',
};

export function isDemo({ endpoint }: Pick<ProjectReference, 'endpoint'>): boolean {
  return endpoint === DEMO_PROJECT.endpoint;
}

/** Where demo jobs are: at an endpoint that can never be a host, in the one project of the demo. */
import type { ProjectReference } from '../jobs/model/project';

export const DEMO_PROJECT: ProjectReference = {
  // RFC 2606 keeps the domain `.invalid` free of hosts for good.
  endpoint: 'https://demo.invalid',
  projectId: 'demo0000000000000000000000000000',
};

export function isDemo({ endpoint }: Pick<ProjectReference, 'endpoint'>): boolean {
  return endpoint === DEMO_PROJECT.endpoint;
}

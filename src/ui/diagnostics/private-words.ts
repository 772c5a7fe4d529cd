/** Collects the ids and names that this window knows and that no bug report may have. */
import type { CredentialManager } from '../../credentials/credential-manager';
import type { Profile } from '../../credentials/profiles/profile';
import type { FollowedProjects } from '../../jobs/discovery/followed-projects';
import type { ProjectResources } from '../../jobs/model/project-resources';
import { idsOf } from '../../jobs/model/tracked-job';
import type { JobStore } from '../../jobs/store/job-store';
import type { PrivateWords } from './anonymous-text';

interface PrivateWordsParts {
  readonly store: Pick<JobStore, 'all'>;
  readonly credentials: Pick<CredentialManager, 'all'>;
  readonly followed: Pick<FollowedProjects, 'all'>;
}

/** @param user of this computer; undefined if that is not known */
export function privateWords(parts: PrivateWordsParts, user: string | undefined): PrivateWords {
  const ids = new Set<string>();
  const names = new Set<string>();
  const resources = new Set<ProjectResources>();
  for (const tracked of parts.store.all().values()) {
    for (const id of idsOf(tracked)) ids.add(id);
    ids.add(tracked.reference.projectId);
    if (tracked.label !== undefined) names.add(tracked.label);
    if (tracked.resources !== undefined) resources.add(tracked.resources);
  }
  for (const { projectId } of parts.followed.all()) ids.add(projectId);
  for (const { byId } of resources) {
    for (const [id, { name }] of byId) {
      ids.add(id);
      if (name !== undefined) names.add(name);
    }
  }
  for (const profile of parts.credentials.all()) {
    ids.add(profile.projectId);
    for (const name of namesOf(profile)) if (name !== undefined) names.add(name);
  }
  // The usual section of a credentials file, and a word of many errors.
  names.delete('default');
  return { ids, names, user };
}

function namesOf({ name, projectName, source }: Profile): readonly (string | undefined)[] {
  switch (source.kind) {
    case 'password':
      return [name, projectName, source.domain, source.user, source.mfaUserId];
    case 'sdk-file':
      return [name, projectName, source.section];
    case 'koocli':
      return [name, projectName, source.profile];
    default:
      return [name, projectName];
  }
}

/** Which projects are followed for new jobs, and why new jobs cannot be found. */
import { l10n } from 'vscode';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { FollowedProject } from '../../jobs/discovery/followed-project';
import type { ProjectReference } from '../../jobs/model/project';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { jobTitle } from './job-words';
import { plainText } from './plain-text';
import { profileWord } from './profile-words';

/** The name of the project's credentials or, without credentials, its id. */
export function projectWord(credentials: Pick<CredentialManager, 'profileOf'>, project: ProjectReference): string {
  const profile = credentials.profileOf(project);
  return profile === undefined ? plainText(project.projectId) : profileWord(profile);
}

/** Whether the new jobs of a project are found, in one line. */
export function followingLine(credentials: Pick<CredentialManager, 'profileOf'>, following: FollowedProject): string {
  const project = projectWord(credentials, following);
  return following.refused === undefined
    ? l10n.t('New jobs of {project} are tracked automatically.', { project })
    : cannotFindNewJobsSentence(project);
}

/** @param awaited a tracked job that is not found yet, which may be one of the new jobs. */
export function newJobsWaitSentence(project: string, awaited: TrackedJob): string {
  return l10n.t('New jobs of {project} appear within a minute: {job} is not found yet, and may be one of them.', {
    project,
    job: jobTitle(awaited),
  });
}

/** @param project its name, as returned by `projectWord`. */
export function cannotFindNewJobsSentence(project: string): string {
  return l10n.t(
    'New jobs of {project} cannot be found: its credentials have no permission to list jobs. Jobs can still be tracked by ID.',
    { project },
  );
}

/** Says which projects are followed for new jobs, and what keeps new jobs from being found. */
import { l10n } from 'vscode';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { Following } from '../../jobs/discovery/followed-projects';
import type { ProjectReference } from '../../jobs/model/project';
import { plainText } from './plain-text';
import { profileWord } from './profile-words';

/** What a person calls a project. */
export function projectWord(credentials: Pick<CredentialManager, 'profileOf'>, project: ProjectReference): string {
  const profile = credentials.profileOf(project);
  return profile === undefined ? plainText(project.projectId) : profileWord(profile);
}

/** One line. */
export function followingLine(credentials: Pick<CredentialManager, 'profileOf'>, following: Following): string {
  const project = projectWord(credentials, following);
  return following.refused === undefined
    ? l10n.t('New jobs of {project} are tracked automatically.', { project })
    : cannotFindSentence(project);
}

/** @param project as a person calls it. */
export function cannotFindSentence(project: string): string {
  return l10n.t(
    'New jobs of {project} cannot be found, since its credentials may not list jobs. Jobs are still tracked by their IDs.',
    { project },
  );
}

/** The commands that follow new jobs of a project, and stop doing so. */
import { l10n, window } from 'vscode';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { Profile } from '../../credentials/profiles/profile';
import type { Clock } from '../../base/clock';
import type { FollowedProjects } from '../../jobs/discovery/followed-projects';
import type { ProjectReference } from '../../jobs/model/project';
import type { Log } from '../../base/log';
import { errorMessageOf } from '../../base/error-message';
import { projectWord } from '../text/follow-words';
import { showWithActions } from '../editor/notification';
import { askProfile, type ProfileCommands } from '../sign-in/profile-commands';
import { profileWord } from '../text/profile-words';
import { offerTryAgain } from '../notices/refusal-notice';
import { askAlone, askChoice } from '../editor/input-steps';

export interface FollowCommandParts {
  readonly followed: FollowedProjects;
  readonly credentials: CredentialManager;
  readonly profiles: ProfileCommands;
  readonly clock: Clock;
  readonly log: Log;
}

export class FollowCommands {
  constructor(private readonly parts: FollowCommandParts) {}

  async follow(): Promise<void> {
    const { followed, credentials, profiles, clock, log } = this.parts;
    if (credentials.all().length === 0 && (await profiles.add()) === undefined) return;
    const all = credentials.all();
    const others = all.filter((profile) => followed.of(profile) === undefined);
    if (others.length === 0) {
      void window.showInformationMessage(l10n.t('New jobs are followed already.'));
      return;
    }
    const title = l10n.t('Follow New Jobs of This Project');
    // Which project is meant goes without saying where there is but one.
    const profile = all.length === 1 ? others[0] : await askAlone((frame) => askProfile(frame, others), title);
    if (profile === undefined || !(await this.orTell(followed.follow(profile, clock.now())))) return;
    if (profile.refusal !== undefined) offerTryAgain(profile, log);
    this.say(profile);
  }

  /** @param given the project that a notice was about; a person is asked where it is missing. */
  async unfollow(given: unknown): Promise<void> {
    const { followed, credentials } = this.parts;
    const all = isProject(given) ? [given] : followed.all();
    const [first, ...others] = all;
    if (first === undefined) {
      void window.showInformationMessage(l10n.t('You follow no project for new jobs.'));
      return;
    }
    const project =
      others.length === 0
        ? first
        : await askAlone(
            (frame) =>
              askChoice<ProjectReference>(frame, {
                placeHolder: l10n.t('Which project?'),
                choices: all.map((each) => ({
                  label: projectWord(credentials, each),
                  description: each.projectId,
                  detail: each.endpoint,
                  value: each,
                })),
              }),
            l10n.t('Stop Following New Jobs'),
          );
    if (project !== undefined && (await this.orTell(followed.unfollow(project)))) {
      void window.showInformationMessage(
        l10n.t('New jobs of {project} are no longer followed. Jobs that are in the list stay there.', {
          project: projectWord(credentials, project),
        }),
      );
    }
  }

  private say(profile: Profile): void {
    const { followed, log } = this.parts;
    const stop = { title: l10n.t('Stop Following'), run: () => this.orTell(followed.unfollow(profile)) };
    const sentence = l10n.t('Jobs of {project} that begin from now on are tracked automatically.', {
      project: profileWord(profile),
    });
    showWithActions('information', sentence, [stop], log);
  }

  private async orTell(change: Promise<void>): Promise<boolean> {
    try {
      await change;
      return true;
    } catch (cause) {
      this.parts.log.error(`Which projects are followed could not be saved: ${String(cause)}`);
      void window.showErrorMessage(
        l10n.t('The change could not be saved: {reason}', { reason: errorMessageOf(cause) }),
      );
      return false;
    }
  }
}

/** The view's title bar hands over the focused row. */
function isProject(given: unknown): given is ProjectReference {
  return (
    typeof given === 'object' &&
    given !== null &&
    'endpoint' in given &&
    typeof given.endpoint === 'string' &&
    'projectId' in given &&
    typeof given.projectId === 'string'
  );
}

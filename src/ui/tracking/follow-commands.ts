/** The commands that follow the new jobs of a project, and stop following them. */
import { l10n, window } from 'vscode';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { Profile } from '../../credentials/profiles/profile';
import type { FollowedProjects } from '../../jobs/discovery/followed-projects';
import type { ProjectReference } from '../../jobs/model/project';
import type { WindowContext } from '../../storage/window-context';
import { changeOrShowError } from '../editor/change-or-show-error';
import { askAlone, askChoice } from '../editor/input-steps';
import { showWithActions } from '../editor/notification';
import { showTryAgain } from '../notices/refusal-notice';
import { askProfile } from '../selection/profile-picker';
import type { ProfileCommands } from '../sign-in/profile-commands';
import { projectWord } from '../text/follow-words';
import { profileWord } from '../text/profile-words';

interface FollowCommandParts extends Pick<WindowContext, 'clock' | 'log'> {
  readonly followed: FollowedProjects;
  readonly credentials: CredentialManager;
  readonly profiles: Pick<ProfileCommands, 'add'>;
}

export class FollowCommands {
  constructor(private readonly parts: FollowCommandParts) {}

  async follow(): Promise<void> {
    const { followed, credentials, profiles, clock, log } = this.parts;
    const title = l10n.t('Follow New Jobs of This Project');
    if (credentials.all().length === 0 && (await profiles.add({ command: title })) === undefined) return;
    const all = credentials.all();
    const others = all.filter((profile) => followed.of(profile) === undefined);
    if (others.length === 0) {
      void window.showInformationMessage(l10n.t('New jobs are already followed.'));
      return;
    }
    const profile = all.length === 1 ? others[0] : await askAlone((frame) => askProfile(frame, others), title);
    if (profile === undefined || !(await this.saveOrShowError(followed.follow(profile, clock.now())))) return;
    if (profile.refusal !== undefined) showTryAgain(profile, log);
    this.showFollowed(profile);
  }

  /** @param given the project, from a notification. Otherwise the only followed project, or the person picks one. */
  async unfollow(given: unknown): Promise<void> {
    const { followed, credentials } = this.parts;
    const all = isProject(given) ? [given] : followed.all();
    const [first, ...others] = all;
    if (first === undefined) {
      void window.showInformationMessage(l10n.t('You are not following new jobs of any project.'));
      return;
    }
    const project = others.length === 0 ? first : await this.pickProject(all);
    if (project !== undefined && (await this.saveOrShowError(followed.unfollow(project)))) {
      void window.showInformationMessage(
        l10n.t('New jobs of {project} are no longer followed. Jobs in the list stay there.', {
          project: projectWord(credentials, project),
        }),
      );
    }
  }

  private pickProject(projects: readonly ProjectReference[]): Promise<ProjectReference | undefined> {
    const choices = projects.map((project) => ({
      label: projectWord(this.parts.credentials, project),
      description: project.projectId,
      detail: project.endpoint,
      value: project,
    }));
    return askAlone(
      (frame) => askChoice<ProjectReference>(frame, { placeHolder: l10n.t('Which project?'), choices }),
      l10n.t('Stop Following New Jobs'),
    );
  }

  private showFollowed(profile: Profile): void {
    const { followed, log } = this.parts;
    const stop = { title: l10n.t('Stop Following'), run: () => this.saveOrShowError(followed.unfollow(profile)) };
    const sentence = l10n.t('Jobs of {project} that begin from now on are tracked automatically.', {
      project: profileWord(profile),
    });
    showWithActions('information', sentence, [stop], log);
  }

  private saveOrShowError(change: Promise<void>): Promise<boolean> {
    return changeOrShowError(change, { logLine: 'The followed projects could not be saved' }, this.parts.log);
  }
}

/** The menu of the view's title bar passes the focused row instead. */
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

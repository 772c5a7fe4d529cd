/** The line above the tree: what keeps jobs from being followed, said where it disturbs nobody. */
import { l10n, type TreeView } from 'vscode';
import type { CredentialManager } from '../credentials/credential-manager';
import { profileName } from '../credentials/profile';
import type { Disposable } from '../jobs/disposable';
import type { FollowedProjects } from '../jobs/followed-projects';
import type { JobStore } from '../jobs/job-store';
import { type LookError, stopsCredential } from '../jobs/look-error';
import { goesOn } from '../jobs/status';
import { clockSkewNotice, errorAdvice } from './error-words';
import { cannotFindSentence, followingLine, projectWord } from './follow-words';

/** Goes on by itself, but only after a person did something. */
const NEEDS_A_PERSON: ReadonlySet<LookError['kind']> = new Set<LookError['kind']>([
  'keys-elsewhere',
  'keys-unreadable',
  'source-unusable',
  'certificate',
]);

export class TreeMessage implements Disposable {
  private readonly subscriptions: readonly Disposable[];
  private storageFailed = false;
  private clockSkew = 0;

  constructor(
    private readonly view: Pick<TreeView<unknown>, 'message'>,
    private readonly store: JobStore,
    private readonly credentials: CredentialManager,
    private readonly followed: FollowedProjects,
  ) {
    const update = () => {
      this.update();
    };
    this.subscriptions = [store.onDidChange(update), credentials.onDidChange(update), followed.onDidChange(update)];
  }

  /** What earlier sessions kept could not be read. */
  reportStorageFailure(): void {
    this.storageFailed = true;
    this.update();
  }

  /** Requests are signed with a time so many milliseconds ahead of this computer's; 0: its clock is right again. */
  reportClockSkew(skew: number): void {
    this.clockSkew = skew;
    this.update();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private update(): void {
    const message = this.message();
    if (this.view.message !== message) this.view.message = message;
  }

  private message(): string {
    if (this.storageFailed) {
      return l10n.t('What was tracked before could not be read. The log says why; reload the window to try again.');
    }
    const jobs = [...this.store.all().values()];
    const asked = jobs.filter(({ job }) => goesOn(job)).map(({ reference }) => reference);
    const refused = this.credentials.refusalFor([...asked, ...this.followed.all()]);
    if (refused !== undefined) {
      const advice = errorAdvice(refused.error);
      return this.credentials.all().length === 1 ? advice : `${profileName(refused.profile)}: ${advice}`;
    }
    const errors = jobs.flatMap(({ difficulty }) => difficulty?.error ?? []);
    const stopping = errors.find((error) => stopsCredential(error) || NEEDS_A_PERSON.has(error.kind));
    if (stopping !== undefined) return errorAdvice(stopping);
    if (errors.some(isOffline)) return l10n.t('The service cannot be reached. Trying again automatically.');
    const unfound = this.followed.all().find((following) => following.refused !== undefined);
    if (unfound !== undefined) return cannotFindSentence(projectWord(this.credentials, unfound));
    if (this.clockSkew !== 0) return clockSkewNotice(this.clockSkew);
    // An empty view says so by its welcome, which a message would hide.
    if (jobs.length === 0) return '';
    return this.followed
      .all()
      .map((following) => followingLine(this.credentials, following))
      .join('\n');
  }
}

function isOffline({ kind }: LookError): boolean {
  return kind === 'network' || kind === 'timeout' || kind === 'proxy';
}

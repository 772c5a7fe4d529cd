/** Warns once, over all windows, before the credential of a job that goes on ends. */
import { commands, l10n, window } from 'vscode';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { Profile } from '../../credentials/profiles/profile';
import type { Clock, Instant } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { JobStore } from '../../jobs/store/job-store';
import type { Log } from '../../base/log';
import { isSameProject } from '../../jobs/model/project';
import { isRunning } from '../../jobs/model/job-status';
import { profileWord, timeWord } from '../text/profile-words';
import { MINUTE } from '../../base/time-units';

export interface ExpiryNoticeParts {
  readonly credentials: CredentialManager;
  readonly store: JobStore;
  /** Whether this window is the one that may give the notice of that name. */
  readonly claim: (name: string) => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Milliseconds before the end: there is time to sign in again. */
const AHEAD = 15 * MINUTE;
/** A clock may be set, and a computer sleep. */
const LONGEST_WAIT = 10 * MINUTE;

export class ExpiryNotice implements Disposable {
  private readonly subscriptions: readonly Disposable[];
  private next: Disposable | undefined;
  /** What this window has told or left to another. */
  private readonly done = new Set<string>();

  constructor(private readonly parts: ExpiryNoticeParts) {
    const update = () => {
      this.update();
    };
    this.subscriptions = [parts.credentials.onDidChange(update), parts.store.onDidChange(update)];
  }

  dispose(): void {
    this.next?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private update(): void {
    this.next?.dispose();
    this.next = undefined;
    const now = this.parts.clock.now();
    const waits: number[] = [];
    for (const { profile, end, name } of this.ending()) {
      if (end <= now || this.done.has(name)) continue;
      if (end - AHEAD > now) waits.push(end - AHEAD - now);
      else this.tell(profile, end, name);
    }
    if (waits.length === 0) return;
    this.next = this.parts.clock.schedule(Math.min(LONGEST_WAIT, ...waits), () => {
      this.update();
    });
  }

  private ending(): readonly { readonly profile: Profile; readonly end: Instant; readonly name: string }[] {
    const { credentials, store } = this.parts;
    const jobs = [...store.all().values()].filter(({ job }) => isRunning(job));
    return credentials.all().flatMap((profile) => {
      const end = credentials.endOf(profile);
      const isNeeded = jobs.some(({ reference }) => isSameProject(profile, reference));
      return end === undefined || !isNeeded ? [] : [{ profile, end, name: `expiry-${profile.id}-${end}` }];
    });
  }

  private tell(profile: Profile, end: Instant, name: string): void {
    this.done.add(name);
    this.parts
      .claim(name)
      .then(async (isMine) => {
        if (!isMine) return;
        const change = l10n.t('Change Credentials');
        const chosen = await window.showWarningMessage(
          l10n.t('{profile}: these credentials end at {time}, and jobs are followed with them.', {
            profile: profileWord(profile),
            time: timeWord(end),
          }),
          change,
        );
        if (chosen === change) await commands.executeCommand('elbJobs.editCredentials', profile.id);
      })
      .catch((cause: unknown) => {
        this.parts.log.error(`The end of a credential could not be told: ${String(cause)}`);
      });
  }
}

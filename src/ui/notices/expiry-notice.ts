/** Warns before the credentials of a running job expire: once, in one window only. */
import { commands, env, l10n, window } from 'vscode';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { Profile } from '../../credentials/profiles/profile';
import type { Instant } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { JobStore } from '../../jobs/store/job-store';
import type { WindowContext } from '../../storage/window-context';
import { isSameProject } from '../../jobs/model/project';
import { isRunning } from '../../jobs/model/job-status';
import { formatShortDateTime } from '../text/date-time';
import { profileWord } from '../text/profile-words';
import { MINUTE } from '../../base/time-units';

interface ExpiryNoticeParts extends Pick<WindowContext, 'clock' | 'log'> {
  readonly credentials: CredentialManager;
  readonly store: JobStore;
  /** Resolves to true in one window only: the window that shows the notification with this name. */
  readonly claim: (name: string) => Promise<boolean>;
}

/** Enough time to sign in again. */
const WARNING_LEAD_MS = 15 * MINUTE;
/** The clock may be set and the computer may sleep, so the time is checked at least this often. */
const MAX_WAIT_MS = 10 * MINUTE;

export class ExpiryNotice implements Disposable {
  private readonly subscriptions: readonly Disposable[];
  private next: Disposable | undefined;
  /** Names of notifications that this window has shown or left to another window. */
  private readonly handled = new Set<string>();

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
    for (const { profile, end, name } of this.neededExpiries()) {
      if (end <= now || this.handled.has(name)) continue;
      if (end - WARNING_LEAD_MS > now) waits.push(end - WARNING_LEAD_MS - now);
      else this.showWarning(profile, end, name);
    }
    if (waits.length === 0) return;
    this.next = this.parts.clock.schedule(Math.min(MAX_WAIT_MS, ...waits), () => {
      this.update();
    });
  }

  /** The expiries of credentials that running jobs need. */
  private neededExpiries(): readonly { readonly profile: Profile; readonly end: Instant; readonly name: string }[] {
    const { credentials, store } = this.parts;
    const jobs = [...store.all().values()].filter(({ job }) => isRunning(job));
    return credentials.all().flatMap((profile) => {
      const end = credentials.endOf(profile);
      const isNeeded = jobs.some(({ reference }) => isSameProject(profile, reference));
      return end === undefined || !isNeeded ? [] : [{ profile, end, name: `expiry-${profile.id}-${end}` }];
    });
  }

  private showWarning(profile: Profile, end: Instant, name: string): void {
    this.handled.add(name);
    this.parts
      .claim(name)
      .then(async (isMine) => {
        if (!isMine) return;
        const change = l10n.t('Change Credentials');
        const chosen = await window.showWarningMessage(
          l10n.t('{profile}: these credentials are needed for tracked jobs, and expire at {time}.', {
            profile: profileWord(profile),
            time: formatShortDateTime(end, env.language),
          }),
          change,
        );
        if (chosen === change) await commands.executeCommand('elbJobs.editCredentials', profile.id);
      })
      .catch((cause: unknown) => {
        this.parts.log.error(`The warning before credentials expire could not be shown: ${String(cause)}`);
      });
  }
}

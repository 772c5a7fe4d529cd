/** Warns before the credentials of a running job expire: once, in one window only. */
import { commands, env, l10n, window } from 'vscode';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { Profile } from '../../credentials/profiles/profile';
import type { Instant } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import { JobGroups } from '../../jobs/store/job-groups';
import { LaterRetries } from '../../jobs/endings/later-retries';
import type { JobStore } from '../../jobs/store/job-store';
import { isClaimableLater } from '../../storage/claim-files';
import type { WindowContext } from '../../storage/window-context';
import { projectName } from '../../jobs/model/project';
import { isRunning } from '../../jobs/model/job-status';
import { formatShortDateTime } from '../text/date-time';
import { profileWord } from '../text/profile-words';
import { MINUTE } from '../../base/time-units';

interface ExpiryNoticeParts extends Pick<WindowContext, 'clock' | 'log'> {
  readonly credentials: Pick<CredentialManager, 'all' | 'endOf' | 'onDidChange'>;
  readonly store: Pick<JobStore, 'all' | 'onDidChange'>;
  /** Resolves to true in one window only: the window that shows the notification with this name. */
  readonly claim: (name: string) => Promise<boolean>;
}

/** Enough time to sign in again. */
const WARNING_LEAD_MS = 15 * MINUTE;
/** The clock may be set and the computer may sleep, so the time is checked at least this often. */
const MAX_WAIT_MS = 10 * MINUTE;

export class ExpiryNotice implements Disposable {
  private readonly subscriptions: readonly Disposable[];
  /** The names of the projects in which jobs run. */
  private readonly running: JobGroups<string>;
  private next: Disposable | undefined;
  /** Names of notifications that this window has shown or left to another window. */
  private readonly handled = new Set<string>();
  /** Names of notifications that could not be claimed. */
  private readonly claimRetries: LaterRetries<string, string>;

  constructor(private readonly parts: ExpiryNoticeParts) {
    const update = () => {
      this.update();
    };
    this.claimRetries = new LaterRetries(parts.clock, (names) => {
      for (const name of names) this.handled.delete(name);
      this.update();
      // The others are not needed any more.
      for (const name of names) if (!this.handled.has(name)) this.claimRetries.delete(name);
    });
    this.running = new JobGroups(parts.store, ({ job, reference }) => (isRunning(job) ? [projectName(reference)] : []));
    this.subscriptions = [this.running, parts.credentials.onDidChange(update), parts.store.onDidChange(update)];
  }

  /** Retries at once what the disk prevented. Call it when the person returns to the window. */
  retryNow(): void {
    this.claimRetries.retryNow();
  }

  dispose(): void {
    this.next?.dispose();
    this.claimRetries.dispose();
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
    const { credentials } = this.parts;
    return credentials.all().flatMap((profile) => {
      const end = credentials.endOf(profile);
      const isNeeded = this.running.has(projectName(profile));
      return end === undefined || !isNeeded ? [] : [{ profile, end, name: `expiry-${profile.id}-${end}` }];
    });
  }

  private showWarning(profile: Profile, end: Instant, name: string): void {
    this.handled.add(name);
    this.claim(name)
      .then(async (isMine) => {
        if (!isMine) return;
        const change = l10n.t('Change Credentials');
        const values = { profile: profileWord(profile), time: formatShortDateTime(end, env.language) };
        const needsPasscode = profile.source.kind === 'password' && profile.source.mfaUserId !== undefined;
        const chosen = await window.showWarningMessage(
          needsPasscode
            ? l10n.t(
                '{profile}: this token is needed for tracked jobs, and expires at {time}. Only you can renew it, with the password and a new passcode.',
                values,
              )
            : l10n.t('{profile}: these credentials are needed for tracked jobs, and expire at {time}.', values),
          change,
        );
        if (chosen === change) await commands.executeCommand('elbJobs.editCredentials', profile.id);
      })
      .catch((cause: unknown) => {
        this.parts.log.error(`The warning before credentials expire could not be shown: ${String(cause)}`);
      });
  }

  /** @returns false also if it is not known which window may show the notification; it is then tried again later */
  private async claim(name: string): Promise<boolean> {
    try {
      const isMine = await this.parts.claim(name);
      this.claimRetries.delete(name);
      return isMine;
    } catch (cause) {
      if (!isClaimableLater(cause)) throw cause;
      if (!this.claimRetries.has(name)) {
        this.parts.log.warn(`The warning before credentials expire is tried again later: ${String(cause)}`);
      }
      this.claimRetries.failed(name, name);
      return false;
    }
  }
}

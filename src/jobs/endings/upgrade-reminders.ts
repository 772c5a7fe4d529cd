/**
 * Brings waiting upgrades to mind once a day: in one window of all, and only after a poll that found them still waiting. Has a timer
 * only while an upgrade waits.
 */
import type { Instant } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import { DAY, MINUTE, SECOND } from '../../base/time-units';
import { sleep } from '../../base/timing';
import type { WindowContext } from '../../storage/window-context';
import type { JobKey, JobReference } from '../model/job-reference';
import type { TrackedJob } from '../model/tracked-job';
import { needsDecision, waitsSince } from '../model/waiting-upgrade';
import { JobGroups } from '../store/job-groups';
import type { JobStore } from '../store/job-store';
import type { JobEnding } from './ending-batch';
import type { ReminderClaims } from './reminder-claims';

export type UpgradeRemindersParts = Pick<WindowContext, 'clock' | 'log'> & {
  readonly store: Pick<JobStore, 'all' | 'get' | 'onDidChange' | 'requestPolls'>;
  readonly claims: Pick<ReminderClaims, 'lastReminders' | 'claim'>;
  readonly isFocused: () => boolean;
  /** Whether a notification in this window can be seen. */
  readonly isWindowAlive: () => Promise<boolean>;
  /** Whether this window polls the job. */
  readonly isPolling: (reference: JobReference) => boolean;
  /** Whether the job can have reminders at all. */
  readonly isReal: (reference: JobReference) => boolean;
  /** Whether the settings and the job's mute let it be shown now. */
  readonly isWanted: (tracked: TrackedJob) => boolean;
};

/** The computer may sleep and its clock may be set, so a reminder is at most this late. */
const CHECK_INTERVAL_MS = 10 * MINUTE;
/** After the window opened or an upgrade began to wait: the first polls and the notification of the ending come first. */
const FIRST_CHECK_MS = MINUTE;
/** How long a window without focus leaves the reminder to the focused window. */
const UNFOCUSED_DELAY_MS = 30 * SECOND;
/** How long a window that neither has focus nor polls leaves it to the polling window. */
const NON_POLLING_DELAY_MS = MINUTE;
/** How long to wait for the poll, which may be in another window. */
const MAX_POLL_MS = 20 * SECOND;
const POLL_CHECK_MS = 2 * SECOND;

export class UpgradeReminders implements Disposable {
  private readonly waiting: JobGroups<'waiting'>;
  private readonly subscription: Disposable;
  private readonly abort = new AbortController();
  /** Until when another reminder of the job is too early. */
  private readonly quietUntil = new Map<JobKey, Instant>();
  private timer: Disposable | undefined;
  private isChecking = false;
  private hasWarned = false;

  /** @param remind called with upgrades that this window must bring to mind */
  constructor(
    private readonly parts: UpgradeRemindersParts,
    private readonly remind: (waiting: readonly JobEnding[]) => void,
  ) {
    this.waiting = new JobGroups(parts.store, (tracked) =>
      needsDecision(tracked) && parts.isReal(tracked.reference) ? ['waiting'] : [],
    );
    const update = () => {
      this.update(FIRST_CHECK_MS);
    };
    this.subscription = parts.store.onDidChange(update);
    update();
  }

  dispose(): void {
    this.abort.abort();
    this.timer?.dispose();
    this.subscription.dispose();
    this.waiting.dispose();
  }

  private update(delayMs: number): void {
    if (!this.waiting.has('waiting') || this.abort.signal.aborted) {
      this.timer?.dispose();
      this.timer = undefined;
      this.quietUntil.clear();
    } else if (!this.isChecking) {
      this.timer ??= this.parts.clock.schedule(delayMs, () => {
        this.timer = undefined;
        void this.check();
      });
    }
  }

  private async check(): Promise<void> {
    this.isChecking = true;
    try {
      const due = [...this.waiting.of('waiting')].filter((key) => this.isDue(key));
      if (due.length > 0) await this.remindOf(due);
    } catch (cause) {
      this.logFailure(cause);
    } finally {
      this.isChecking = false;
      this.update(this.msUntilNextCheck());
    }
  }

  /** All windows check at the moment when a reminder is due, so that the one with focus is the first. */
  private msUntilNextCheck(): number {
    const now = this.parts.clock.now();
    let next = now + CHECK_INTERVAL_MS;
    for (const key of this.waiting.of('waiting')) {
      const tracked = this.parts.store.get(key);
      if (tracked === undefined) continue;
      const dueAt = Math.max(remindsFrom(tracked, now) + DAY, this.quietUntil.get(key) ?? 0);
      if (dueAt > now) next = Math.min(next, dueAt);
    }
    return next - now;
  }

  private isDue(key: JobKey): boolean {
    const tracked = this.parts.store.get(key);
    const now = this.parts.clock.now();
    if (tracked === undefined || !needsDecision(tracked) || !this.parts.isWanted(tracked)) return false;
    if (now - remindsFrom(tracked, now) < DAY) return false;
    const quietUntil = this.quietUntil.get(key) ?? now;
    // If it is more than a day away, the clock was set back.
    return quietUntil <= now || quietUntil > now + DAY;
  }

  private async remindOf(due: readonly JobKey[]): Promise<void> {
    const { clock, store, isFocused, isPolling, isWindowAlive } = this.parts;
    const { signal } = this.abort;
    if (!isFocused()) {
      const references = due.flatMap((key) => store.get(key)?.reference ?? []);
      await sleep(clock, references.some(isPolling) ? UNFOCUSED_DELAY_MS : NON_POLLING_DELAY_MS, signal);
    }
    if (signal.aborted || !(await isWindowAlive())) return;
    await this.readReminders(due);
    const unclaimed = due.filter((key) => this.isDue(key));
    const polled = await this.polled(unclaimed);
    const won: JobEnding[] = [];
    for (const key of polled) {
      if (this.abort.signal.aborted) break;
      const isMine = await this.claimOrLog(key);
      const tracked = store.get(key);
      // It may have changed during the claim; tomorrow is another day.
      if (isMine && tracked !== undefined && needsDecision(tracked)) won.push({ key, tracked });
    }
    if (won.length > 0) this.remind(won);
    if (polled.length > 0) await this.readReminders(polled);
  }

  private async claimOrLog(key: JobKey): Promise<boolean> {
    try {
      return await this.parts.claims.claim(key);
    } catch (cause) {
      this.logFailure(cause);
      return false;
    }
  }

  /** Quietly: it is tried again, and the row shows that the upgrade waits. */
  private logFailure(cause: unknown): void {
    const line = `Reminders of waiting upgrades are tried again later: ${String(cause)}`;
    if (this.hasWarned) this.parts.log.debug(line);
    else this.parts.log.warn(line);
    this.hasWarned = true;
  }

  private async readReminders(keys: readonly JobKey[]): Promise<void> {
    const last = await this.parts.claims.lastReminders();
    for (const key of keys) this.quietUntil.set(key, (last.get(key) ?? -Infinity) + DAY);
  }

  /** @returns the jobs that a poll from now on found still waiting, in this window or another; after 20 s, those so far */
  private async polled(keys: readonly JobKey[]): Promise<readonly JobKey[]> {
    const { clock, store } = this.parts;
    const { signal } = this.abort;
    const since = clock.now();
    const until = clock.elapsed() + MAX_POLL_MS;
    // A job whose polls fail is polled again anyway.
    store.requestPolls(
      keys.filter((key) => store.get(key)?.pollFailure === undefined),
      since,
    );
    const isPolled = (key: JobKey) => {
      const tracked = store.get(key);
      return tracked?.pollFailure === undefined && (tracked?.answeredAt ?? 0) >= since;
    };
    const isOpen = (key: JobKey) => this.isDue(key) && !isPolled(key);
    while (!signal.aborted && clock.elapsed() < until && keys.some(isOpen)) await sleep(clock, POLL_CHECK_MS, signal);
    return signal.aborted ? [] : keys.filter((key) => this.isDue(key) && isPolled(key));
  }
}

/** Not when the traffic was switched, if that was found later: the ending was announced only then. */
function remindsFrom(tracked: TrackedJob, now: Instant): Instant {
  const since = waitsSince(tracked) ?? now;
  const { noticedAt = since } = tracked.ending ?? {};
  // This computer's clock may have been set back since.
  return noticedAt > now ? since : Math.max(since, noticedAt);
}

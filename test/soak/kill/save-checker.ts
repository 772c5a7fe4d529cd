/** Records what the windows report as saved, and checks that the disk holds it. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { JobFiles } from '../../../src/jobs/files/job-files';
import type { JobKey } from '../../../src/jobs/model/job-reference';
import type { StatusSeen } from '../../../src/jobs/model/status-history';
import type { TrackedJob } from '../../../src/jobs/model/tracked-job';
import { endingsBy, isWhole, stepOf } from './cloud';
import type { FalseChange, Message, SavedJob } from './messages';
import type { Window } from './killed-window';

/** As in src/jobs/model/tracked-job.ts. */
const MAX_HISTORY = 200;
/** The file by which windows of older versions are found starts with this name. */
const PROBE = '0'.repeat(32);

interface Rename {
  readonly label: string;
  readonly began: number;
  readonly ended: number;
}

/** From the instant when a window got the lease until the last one when it surely held it. */
interface LeaseTerm {
  readonly window: Window;
  readonly from: number;
  to: number;
}

export class SaveChecker {
  readonly faults: string[] = [];
  readonly terms: LeaseTerm[] = [];
  readonly counts = { saved: 0, renamed: 0, claimed: 0, unsaved: 0, checks: 0 };
  /** How often stores fired each change that did not happen. */
  readonly falseChanges: Partial<Record<FalseChange, number>> = {};
  readonly unsavedLines = new Set<string>();
  private readonly windows = new Map<string, Window>();
  private readonly claims = new Map<string, string>();
  private readonly renames = new Map<JobKey, Rename[]>();
  /** Reported since the last check; what was reported earlier must be in `onDisk`. */
  private saved = new Map<JobKey, SavedJob[]>();
  private readonly onDisk = new Map<JobKey, TrackedJob>();

  /** @param files reads the jobs of the directory, as a window that does nothing else */
  constructor(
    private readonly directory: string,
    private readonly files: Pick<JobFiles, 'scan' | 'read'>,
  ) {}

  addWindow(window: Window): void {
    this.windows.set(window.owner, window);
  }

  receive(message: Message, window: Window): void {
    switch (message.kind) {
      case 'lease-taken':
        this.terms.push({ window, from: message.at, to: message.at });
        break;
      case 'lease-held': {
        const term = this.terms.findLast((each) => each.window === window);
        if (term === undefined) this.faults.push(`${window.owner} holds a lease that it never took.`);
        else term.to = message.at;
        break;
      }
      case 'claimed':
        this.counts.claimed += 1;
        this.claim(`${message.key}.${message.endingNumber}`, window.owner);
        break;
      case 'saved':
        this.counts.saved += message.jobs.length;
        for (const job of message.jobs) this.saved.set(job.key, [...(this.saved.get(job.key) ?? []), job]);
        break;
      case 'renamed':
        this.counts.renamed += 1;
        this.renames.set(message.key, [...(this.renames.get(message.key) ?? []), message]);
        break;
      case 'unsaved':
        this.counts.unsaved += 1;
        this.unsavedLines.add(message.line);
        break;
      case 'false-change':
        this.falseChanges[message.change] = (this.falseChanges[message.change] ?? 0) + 1;
        break;
      case 'open':
      case 'lease-lost':
        break;
    }
  }

  /** Compares the disk with everything that was reported so far. */
  async check(): Promise<void> {
    this.counts.checks += 1;
    const { saved } = this;
    this.saved = new Map();
    const renames = new Map([...this.renames].map(([key, each]) => [key, [...each]]));
    await this.checkQuarantines();
    const keys = new Set([...saved.keys(), ...this.onDisk.keys(), ...(await this.files.scan()).stamps.keys()]);
    for (const key of keys) {
      const tracked = await this.files.read(key);
      if (tracked === undefined) {
        this.faults.push(`${key} is lost: ${await this.filesOf(key)}`);
        continue;
      }
      if (tracked.job !== undefined && !isWhole(tracked.job)) this.faults.push(`${key} lost parts of its response.`);
      for (const job of saved.get(key) ?? []) this.checkSaved(job, tracked);
      this.checkHistory(key, tracked);
      this.checkLabel(renames.get(key) ?? [], tracked);
      this.onDisk.set(key, tracked);
    }
    this.checkTerms();
  }

  /** Checks that the file of each claim names the window that reported the claim. */
  async checkClaims(): Promise<void> {
    for (const [claim, owner] of this.claims) {
      const text = await readFile(path.join(this.directory, 'announced', claim), 'utf8').catch(() => undefined);
      if (text !== owner) this.faults.push(`${claim} was claimed by ${owner}, but its file contains ${String(text)}.`);
    }
  }

  /** Checks that nothing was moved aside, except the copies that windows of older versions take for a misplaced file. */
  private async checkQuarantines(): Promise<void> {
    for (const folder of ['jobs', 'ended']) {
      const names = await readdir(path.join(this.directory, folder)).catch(() => []);
      for (const name of names) {
        if (name.includes('.unreadable-') && !name.startsWith(PROBE)) this.faults.push(`${name} was quarantined.`);
      }
    }
  }

  /** What the folders hold of a job, for a fault. */
  private async filesOf(key: JobKey): Promise<string> {
    const read = (...parts: readonly string[]) =>
      readFile(path.join(this.directory, ...parts), 'utf8').catch(() => 'missing');
    return `${await read('jobs', `${key}.json`)}; ${await read('ended', 'segments.json')}`;
  }

  get jobs(): ReadonlyMap<JobKey, TrackedJob> {
    return this.onDisk;
  }

  private claim(claim: string, owner: string): void {
    const other = this.claims.get(claim);
    if (other !== undefined) this.faults.push(`${claim} was claimed by ${other} and by ${owner}.`);
    this.claims.set(claim, owner);
  }

  private checkSaved({ key, step, endingNumber, seenEnding, lastSeen }: SavedJob, tracked: TrackedJob): void {
    const lost = [
      ...(stepOf(tracked.job) < step ? [`step ${step}`] : []),
      ...(tracked.endingNumber < endingNumber ? [`ending ${endingNumber}`] : []),
      ...(tracked.seenEnding < seenEnding ? [`seen ending ${seenEnding}`] : []),
      ...(lastSeen !== undefined && !includesStatus(tracked.history, lastSeen)
        ? [`history ${JSON.stringify(lastSeen)}`]
        : []),
    ];
    if (lost.length > 0)
      this.faults.push(`${key} lost what was saved: ${lost.join(', ')}; it is ${summaryOf(tracked)}`);
  }

  private checkHistory(key: JobKey, tracked: TrackedJob): void {
    const before = this.onDisk.get(key);
    if (endingsBy(stepOf(tracked.job)) < tracked.endingNumber) {
      this.faults.push(`${key} ended more often than its job did: ${summaryOf(tracked)}`);
    }
    if (before === undefined) return;
    const wentBack =
      stepOf(tracked.job) < stepOf(before.job) ||
      tracked.endingNumber < before.endingNumber ||
      tracked.seenEnding < before.seenEnding ||
      !before.aliases.every((alias) => tracked.aliases.includes(alias)) ||
      !continues(before.history, tracked.history);
    if (wentBack) this.faults.push(`${key} went back from ${summaryOf(before)} to ${summaryOf(tracked)}`);
  }

  /** Checks that no saved label was replaced by one whose rename had ended before. */
  private checkLabel(renames: readonly Rename[], { label }: TrackedJob): void {
    if (label === undefined) {
      if (renames.length > 0) this.faults.push(`The label ${renames[0]?.label ?? ''} was lost.`);
      return;
    }
    const endedAt =
      renames.find((each) => each.label === label)?.ended ??
      // The window was killed before it could report the rename.
      this.windows.get(label.slice(0, label.indexOf('-')))?.killedAt ??
      Infinity;
    const later = renames.find(({ began }) => began > endedAt);
    if (later !== undefined) this.faults.push(`The label ${later.label} was replaced by the older ${label}.`);
  }

  private checkTerms(): void {
    for (const [index, one] of this.terms.entries()) {
      for (const other of this.terms.slice(index + 1)) {
        if (one.from < other.to && other.from < one.to) {
          const term = ({ window, from, to }: LeaseTerm) => `${window.owner} from ${from} to ${to}`;
          this.faults.push(`Two windows held the lease at once: ${term(one)}, ${term(other)}.`);
        }
      }
    }
  }
}

/** Whether the history includes the status, or may have dropped it: a long history keeps its end only. */
function includesStatus(history: TrackedJob['history'], seen: StatusSeen): boolean {
  const first = history.at(0);
  if (history.length >= MAX_HISTORY && first !== undefined && first.at >= seen.at) return true;
  return history.some((each) => isSame(each, seen));
}

/** Whether `after` is `before` with new statuses at its end; a long history may have dropped its first ones. */
function continues(before: TrackedJob['history'], after: TrackedJob['history']): boolean {
  const most = after.length < MAX_HISTORY ? 0 : before.length;
  for (let dropped = 0; dropped <= most; dropped += 1) {
    const rest = before.slice(dropped);
    if (rest.length <= after.length && rest.every((each, index) => isSame(each, after.at(index)))) return true;
  }
  return false;
}

function isSame(one: StatusSeen, other: StatusSeen | undefined): boolean {
  return one.at === other?.at && one.status === other.status && one.subJobId === other.subJobId;
}

function summaryOf({ job, endingNumber, seenEnding, history, aliases }: TrackedJob): string {
  return JSON.stringify({ step: stepOf(job), endingNumber, seenEnding, aliases, history: history.slice(-5) });
}

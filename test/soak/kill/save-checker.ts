/** Remembers what windows were told is kept, and finds what the disk does not hold of it. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { readJob } from '../../../src/cloud/api/job-schema';
import { readJobFile } from '../../../src/jobs/store/job-file';
import type { JobKey } from '../../../src/jobs/model/job-reference';
import type { StatusSeen, TrackedJob } from '../../../src/jobs/model/tracked-job';
import { endingsBy, stepOf } from './cloud';
import type { Kept, Message } from './messages';
import type { Window } from './killed-window';

/** See LONGEST_HISTORY of a tracked job. */
const LONGEST_HISTORY = 200;

interface Naming {
  readonly label: string;
  readonly began: number;
  readonly ended: number;
}

/** From winning the lease until it was last told that it holds it. */
interface Term {
  readonly window: Window;
  readonly from: number;
  to: number;
}

export class Witness {
  readonly faults: string[] = [];
  readonly terms: Term[] = [];
  readonly counts = { kept: 0, named: 0, claimed: 0, unsaved: 0, checks: 0 };
  /** What stores told their views that did not happen, and how often. */
  readonly mistold: Record<string, number> = {};
  readonly unsavedLines = new Set<string>();
  private readonly windows = new Map<string, Window>();
  private readonly claims = new Map<string, string>();
  private readonly namings = new Map<JobKey, Naming[]>();
  /** Since the last check: what was true by then is told by what the disk held. */
  private kept = new Map<JobKey, Kept[]>();
  private readonly onDisk = new Map<JobKey, TrackedJob>();

  constructor(private readonly directory: string) {}

  meet(window: Window): void {
    this.windows.set(window.owner, window);
  }

  hear(message: Message, window: Window): void {
    switch (message.kind) {
      case 'took':
        this.terms.push({ window, from: message.at, to: message.at });
        break;
      case 'held': {
        const term = this.terms.findLast((each) => each.window === window);
        if (term === undefined) this.faults.push(`${window.owner} holds a lease that it never took.`);
        else term.to = message.askedAt;
        break;
      }
      case 'claimed':
        this.counts.claimed += 1;
        this.claim(`${message.key}.${message.endingNumber}`, window.owner);
        break;
      case 'kept':
        this.counts.kept += message.jobs.length;
        for (const each of message.jobs) this.kept.set(each.key, [...(this.kept.get(each.key) ?? []), each]);
        break;
      case 'named':
        this.counts.named += 1;
        this.namings.set(message.key, [...(this.namings.get(message.key) ?? []), message]);
        break;
      case 'unsaved':
        this.counts.unsaved += 1;
        this.unsavedLines.add(message.line);
        break;
      case 'mistold':
        this.mistold[message.what] = (this.mistold[message.what] ?? 0) + 1;
        break;
      case 'open':
      case 'lost':
        break;
    }
  }

  /** Compares the disk with all that was heard until now. */
  async check(): Promise<void> {
    this.counts.checks += 1;
    const { kept } = this;
    this.kept = new Map();
    const namings = new Map([...this.namings].map(([key, each]) => [key, [...each]]));
    const folder = path.join(this.directory, 'jobs');
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((each) => each.includes('.unreadable-')))
      this.faults.push(`${name} was set aside.`);
    const keys = new Set([...kept.keys(), ...this.onDisk.keys(), ...names.flatMap(keyOf)]);
    for (const key of keys) {
      const text = await readFile(path.join(folder, `${key}.json`), 'utf8').catch(() => undefined);
      const content = text === undefined ? undefined : readJobFile(text, readJob);
      if (content?.kind !== 'ours') {
        this.faults.push(`${key} is ${content?.kind ?? 'lost'}: ${text ?? ''}`);
        continue;
      }
      const { tracked } = content;
      for (const each of kept.get(key) ?? []) this.checkKept(each, tracked);
      this.checkHistory(key, tracked);
      this.checkName(namings.get(key) ?? [], tracked);
      this.onDisk.set(key, tracked);
    }
    this.checkTerms();
  }

  /** The file of each claim names the window that was told it may announce. */
  async checkClaims(): Promise<void> {
    for (const [claim, owner] of this.claims) {
      const text = await readFile(path.join(this.directory, 'announced', claim), 'utf8').catch(() => undefined);
      if (text !== owner) this.faults.push(`${claim} was claimed by ${owner}, and its file says ${String(text)}.`);
    }
  }

  get jobs(): ReadonlyMap<JobKey, TrackedJob> {
    return this.onDisk;
  }

  private claim(claim: string, owner: string): void {
    const other = this.claims.get(claim);
    if (other !== undefined) this.faults.push(`${claim} was claimed by ${other} and by ${owner}.`);
    this.claims.set(claim, owner);
  }

  private checkKept({ key, step, endingNumber, seenEnding, lastSeen }: Kept, tracked: TrackedJob): void {
    const lost = [
      ...(stepOf(tracked.job) < step ? [`step ${step}`] : []),
      ...(tracked.endingNumber < endingNumber ? [`ending ${endingNumber}`] : []),
      ...(tracked.seenEnding < seenEnding ? [`seen ending ${seenEnding}`] : []),
      ...(lastSeen !== undefined && !holds(tracked.history, lastSeen) ? [`history ${JSON.stringify(lastSeen)}`] : []),
    ];
    if (lost.length > 0) this.faults.push(`${key} lost what was kept: ${lost.join(', ')}; it is ${said(tracked)}`);
  }

  private checkHistory(key: JobKey, tracked: TrackedJob): void {
    const before = this.onDisk.get(key);
    if (endingsBy(stepOf(tracked.job)) < tracked.endingNumber) {
      this.faults.push(`${key} ended more often than its job did: ${said(tracked)}`);
    }
    if (before === undefined) return;
    const wentBack =
      stepOf(tracked.job) < stepOf(before.job) ||
      tracked.endingNumber < before.endingNumber ||
      tracked.seenEnding < before.seenEnding ||
      !before.aliases.every((alias) => tracked.aliases.includes(alias)) ||
      !goesOn(before.history, tracked.history);
    if (wentBack) this.faults.push(`${key} went back from ${said(before)} to ${said(tracked)}`);
  }

  /** A name that was kept gives way only to one that was given while it was, or later. */
  private checkName(namings: readonly Naming[], { label }: TrackedJob): void {
    if (label === undefined) {
      if (namings.length > 0) this.faults.push(`The name ${namings[0]?.label ?? ''} was lost.`);
      return;
    }
    const over =
      namings.find((each) => each.label === label)?.ended ??
      // Whoever gave it did not live to tell.
      this.windows.get(label.slice(0, label.indexOf('-')))?.killedAt ??
      Infinity;
    const later = namings.find(({ began }) => began > over);
    if (later !== undefined) this.faults.push(`The name ${later.label} was undone by the older ${label}.`);
  }

  private checkTerms(): void {
    for (const [index, one] of this.terms.entries()) {
      for (const other of this.terms.slice(index + 1)) {
        if (one.from < other.to && other.from < one.to) {
          const term = ({ window, from, to }: Term) => `${window.owner} from ${from} to ${to}`;
          this.faults.push(`Two held the lease at once: ${term(one)}, ${term(other)}.`);
        }
      }
    }
  }
}

function keyOf(name: string): string[] {
  return name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : [];
}

/** Of a long history only the end is kept. */
function holds(history: readonly StatusSeen[], seen: StatusSeen): boolean {
  const [first] = history;
  if (history.length >= LONGEST_HISTORY && first !== undefined && first.at >= seen.at) return true;
  return history.some((each) => isSame(each, seen));
}

function goesOn(before: readonly StatusSeen[], after: readonly StatusSeen[]): boolean {
  const most = after.length < LONGEST_HISTORY ? 0 : before.length;
  for (let dropped = 0; dropped <= most; dropped += 1) {
    const rest = before.slice(dropped);
    if (rest.length <= after.length && rest.every((each, index) => isSame(each, after[index]))) return true;
  }
  return false;
}

function isSame(one: StatusSeen, other: StatusSeen | undefined): boolean {
  return one.at === other?.at && one.status === other.status && one.subJobId === other.subJobId;
}

function said({ job, endingNumber, seenEnding, history, aliases }: TrackedJob): string {
  return JSON.stringify({ step: stepOf(job), endingNumber, seenEnding, aliases, history: history.slice(-5) });
}

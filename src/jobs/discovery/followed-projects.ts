/** Keeps which projects are followed for new jobs, one small file each, in a folder that all windows share. */
import path from 'node:path';
// valita: see src/cloud/api/json-schema.ts.
import * as v from '@badrap/valita';
import type { Instant } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/emitter';
import { type LockParts, withLockRetried } from '../../storage/file-lock';
import type { Log } from '../../base/log';
import type { ListRefusal } from '../model/poll-error';
import { projectHash } from '../model/project-hash';
import type { ProjectReference } from '../model/project';
import { Quarantine } from '../../storage/quarantine';
import type { TrackedJob } from '../model/tracked-job';
import { readVersionedJson } from '../../storage/versioned-json';
import { MINUTE } from '../../base/time-units';

/** A job that the person took out of the list, and that is not to come back of itself. */
export interface DismissedJob {
  readonly id: string;
  readonly begin: Instant;
}

/** Times are the service's, as are those of its jobs, where nothing else is said. */
export interface Following extends ProjectReference {
  readonly since: Instant;
  /** When the jobs were last listed, give or take half an hour: what began before was looked through. */
  readonly listedAt: Instant;
  /** What began earlier was too much to be tracked all at once. */
  readonly notBefore?: Instant | undefined;
  readonly dismissedJobs: readonly DismissedJob[];
  /** Missing where new jobs can be found. */
  readonly refused?: ListRefusal | undefined;
  /** When, by this computer's clock, a person last asked for a list in a window that does not ask itself. */
  readonly pollWantedAt?: Instant | undefined;
  /** When, by this computer's clock, a person was last at a window that does not ask itself. */
  readonly attendedAt?: Instant | undefined;
}

export interface FollowedProjectsParts extends LockParts {
  readonly directory: string;
  /** Milliseconds by which the clock of the service is known to be ahead of this computer's. */
  readonly skewOf: (project: ProjectReference) => number;
  /** A file that says nothing of a followed project was moved out of the way, where nothing of it is lost. */
  readonly onQuarantine: (file: string) => void;
  readonly log: Log;
}

const VERSION = 1;
const FILE = /^([0-9a-f]{32})\.json$/;
/** The clock of the service may be behind by so much, and nobody know: it accepts signatures of such a clock. */
const CLOCK_MARGIN = 15 * MINUTE;
/** A list may lack for so long a job that has begun. */
const LIST_MARGIN = 120 * MINUTE;
/** What began earlier is no news, even where no jobs were listed since. */
const LONGEST_GAP = 30 * 24 * 60 * MINUTE;
const MAX_DISMISSED_JOBS = 1000;

const fileSchema = v.object({
  version: v.literal(VERSION),
  endpoint: v.string(),
  projectId: v.string(),
  since: v.number(),
  listedAt: v.number(),
  notBefore: v.number().optional(),
  passedOver: v.array(v.object({ id: v.string(), begin: v.number() })),
  refused: v.union(v.literal('forbidden'), v.literal('gateway-forbidden'), v.literal('api-absent')).optional(),
  lookWantedAt: v.number().optional(),
  attendedAt: v.number().optional(),
});

/**
 * What began earlier is not new. A clock that was set back puts nothing into the future.
 * @param now by the clock of the service
 */
export function newSince({ since, listedAt, notBefore = -Infinity }: Following, now: Instant): Instant {
  const begun = Math.min(since, now) - CLOCK_MARGIN;
  return Math.max(begun, Math.min(listedAt, now) - LIST_MARGIN, now - LONGEST_GAP, notBefore);
}

export class FollowedProjects implements Disposable {
  private readonly folder: string;
  private readonly followed = new Map<string, Following>();
  private readonly changes: Emitter<readonly ProjectReference[]>;
  /** Of these projects another thing is known, in this window or by another. */
  readonly onDidChange: Event<readonly ProjectReference[]>;
  private reading: Promise<void> = Promise.resolve();
  private readonly quarantine: Quarantine;

  constructor(private readonly parts: FollowedProjectsParts) {
    this.folder = path.join(parts.directory, 'follow');
    this.quarantine = new Quarantine(parts, 'names no followed project in this version');
    this.changes = new Emitter((cause) => {
      parts.log.error(`Telling which projects are followed failed: ${String(cause)}`);
    });
    this.onDidChange = this.changes.event;
  }

  all(): readonly Following[] {
    return [...this.followed.values()];
  }

  of(project: ProjectReference): Following | undefined {
    return this.followed.get(nameOf(project));
  }

  /** What the clock of the service shows, as far as is known, when this computer's shows that. */
  serviceTime(project: ProjectReference, now: Instant): Instant {
    return now + this.parts.skewOf(project);
  }

  /** Learns what other windows changed. Rejects where the folder cannot be read. */
  readAgain(): Promise<void> {
    const reading = this.reading.then(async () => {
      const present = (await this.parts.files.names(this.folder)).flatMap((name) => FILE.exec(name)?.[1] ?? []);
      for (const name of new Set([...present, ...this.followed.keys()])) await this.readAgainOf(name);
    });
    this.reading = reading.catch(() => undefined);
    return reading;
  }

  /** What the disk holds of a project now, which may be more than this window knew. */
  async fresh(project: ProjectReference): Promise<Following | undefined> {
    const name = nameOf(project);
    this.adopt(name, await this.read(name));
    return this.followed.get(name);
  }

  /** From now on; a project that is followed already stays as it is. Rejects where that cannot be kept. */
  async follow({ endpoint, projectId }: ProjectReference, now: Instant): Promise<void> {
    const name = nameOf({ endpoint, projectId });
    const following = await this.locked(name, async (replace) => {
      const content = await this.content(name);
      if (content.kind === 'ours') return content.content;
      if (content.kind !== 'absent') await this.quarantine.move(this.fileOf(name));
      const since = this.serviceTime({ endpoint, projectId }, now);
      const begun: Following = { endpoint, projectId, since, listedAt: since, dismissedJobs: [] };
      await replace(written(begun));
      return begun;
    });
    this.parts.log.info(`New jobs of project ${projectId} are followed.`);
    this.adopt(name, following);
  }

  /** Rejects where that cannot be kept. */
  async unfollow(project: ProjectReference): Promise<void> {
    const name = nameOf(project);
    await this.locked(name, () => this.parts.files.remove(this.fileOf(name)));
    this.adopt(name, undefined);
  }

  /**
   * Changes what the file holds now; answers what it holds then, undefined where the project is followed no more.
   * @param change answers the same object where nothing is to be changed.
   */
  async change(project: ProjectReference, change: (following: Following) => Following): Promise<Following | undefined> {
    const name = nameOf(project);
    const following = await this.locked(name, async (replace) => {
      const content = await this.content(name);
      if (content.kind !== 'ours') return undefined;
      const changed = change(content.content);
      if (changed === content.content) return changed;
      await replace(written(changed));
      return changed;
    });
    this.adopt(name, following);
    return following;
  }

  /**
   * Has jobs that leave the list not come back as new ones. Rejects where that cannot be kept.
   * Another window may have followed the project a moment ago, and this one may not have read yet what is followed.
   */
  async dismiss(jobs: readonly TrackedJob[], now: Instant): Promise<void> {
    for (const [name, { reference: project }] of new Map(jobs.map((each) => [nameOf(each.reference), each]))) {
      if ((await this.freshOrKnown(project)) === undefined) continue;
      const left = jobs.filter(({ reference }) => nameOf(reference) === name);
      const serviceNow = this.serviceTime(project, now);
      const ids = left.flatMap((tracked) => dismissedIds(tracked, serviceNow));
      await this.change(project, (following) =>
        remembered(following, [...following.dismissedJobs, ...ids], serviceNow),
      );
    }
  }

  /** Nobody is kept from removing a job of a project of which nothing can be read. */
  private async freshOrKnown(project: ProjectReference): Promise<Following | undefined> {
    try {
      return await this.fresh(project);
    } catch (cause) {
      this.parts.log.warn(`Whether project ${project.projectId} is followed could not be read: ${String(cause)}`);
      return this.of(project);
    }
  }

  /** The listener is called where other windows may have changed something. */
  watch(listener: () => void): Disposable {
    return this.parts.files.watch(this.folder, (names) => {
      if (names === undefined || [...names].some((name) => FILE.test(name))) listener();
    });
  }

  dispose(): void {
    this.changes.dispose();
  }

  /** Of one project of which nothing can be read, what was known still holds; the others are no worse for it. */
  private async readAgainOf(name: string): Promise<void> {
    try {
      this.adopt(name, await this.read(name));
    } catch (cause) {
      this.parts.log.error(`${this.fileOf(name)} could not be read: ${String(cause)}`);
    }
  }

  private adopt(name: string, following: Following | undefined): void {
    const before = this.followed.get(name);
    const project = following ?? before;
    if (project === undefined || JSON.stringify(before) === JSON.stringify(following)) return;
    if (following === undefined) this.followed.delete(name);
    else this.followed.set(name, following);
    this.changes.fire([project]);
  }

  private async read(name: string): Promise<Following | undefined> {
    const content = await this.content(name);
    if (content.kind === 'ours') return content.content;
    if (content.kind === 'newer') {
      this.parts.log.warn(`${this.fileOf(name)} was written by a newer version and is left alone.`);
    }
    if (content.kind === 'unreadable') {
      // Under the lock: it may have been mended by another window meanwhile.
      await this.locked(name, async () => {
        if ((await this.content(name)).kind === 'unreadable') await this.quarantine.move(this.fileOf(name));
      });
    }
    return undefined;
  }

  private async content(name: string) {
    const content = readVersionedJson(await this.parts.files.read(this.fileOf(name)), VERSION, fileSchema);
    if (content.kind !== 'ours') return content;
    // A file that was copied or renamed speaks of another project than its lock.
    if (nameOf(content.content) !== name) return { kind: 'unreadable' } as const;
    return { kind: 'ours', content: followingOf(content.content) } as const;
  }

  private locked<T>(name: string, action: Parameters<typeof withLockRetried<T>>[2]): Promise<T> {
    return withLockRetried(this.parts, this.fileOf(name), action);
  }

  private fileOf(name: string): string {
    return path.join(this.folder, `${name}.json`);
  }
}

/** By each id that a list may call the job. */
function dismissedIds({ reference, aliases, job }: TrackedJob, now: Instant): DismissedJob[] {
  return [reference.jobId, ...aliases].map((id) => ({ id, begin: job?.beginTime ?? now }));
}

/** The names in the file are those of its first version. */
function written({ dismissedJobs, pollWantedAt, ...following }: Following): string {
  const content = { version: VERSION, ...following, passedOver: dismissedJobs, lookWantedAt: pollWantedAt };
  return `${JSON.stringify(content)}\n`;
}

function followingOf(content: v.Infer<typeof fileSchema>): Following {
  const { endpoint, projectId, since, listedAt, notBefore, passedOver, refused, lookWantedAt, attendedAt } = content;
  const dismissedJobs = passedOver;
  const pollWantedAt = lookWantedAt;
  return { endpoint, projectId, since, listedAt, notBefore, dismissedJobs, refused, pollWantedAt, attendedAt };
}

/** The latest of what would come back otherwise; of more than a file should hold, the earlier ones are told by a time. */
function remembered(following: Following, dismissed: readonly DismissedJob[], serviceNow: Instant): Following {
  const from = newSince(following, serviceNow);
  const byId = new Map(dismissed.filter(({ begin }) => begin >= from).map((each) => [each.id, each]));
  const known = [...byId.values()];
  if (known.length > MAX_DISMISSED_JOBS) {
    const latestFirst = known.sort((a, b) => b.begin - a.begin);
    const notBefore = (latestFirst[MAX_DISMISSED_JOBS]?.begin ?? from) + 1;
    return { ...following, notBefore, dismissedJobs: latestFirst.slice(0, MAX_DISMISSED_JOBS) };
  }
  const isSame =
    known.length === following.dismissedJobs.length && following.dismissedJobs.every(({ id }) => byId.has(id));
  return isSame ? following : { ...following, dismissedJobs: known };
}

/** Fit for a file name. */
function nameOf(project: ProjectReference): string {
  return projectHash(project).slice(0, 32);
}

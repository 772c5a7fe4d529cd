/** The projects that are followed for new jobs: a small file each, in a folder that all windows share. */
import path from 'node:path';
import type { Instant } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/emitter';
import { jsonEqual } from '../../base/json/json-equal';
import { MAX_STATE_FILE_BYTES } from '../../base/limits';
import { SerialQueue } from '../../base/serial-queue';
import { withLockRetried } from '../../storage/file-lock';
import { readOr } from '../../storage/file-system';
import { Quarantine } from '../../storage/quarantine';
import { STORAGE_FOLDERS } from '../../storage/storage-folders';
import type { VersionedContent } from '../../storage/versioned-json';
import type { WindowContext } from '../../storage/window-context';
import type { ProjectReference } from '../model/project';
import { projectHash } from '../model/project-hash';
import type { TrackedJob } from '../model/tracked-job';
import { type FollowedProject, newlyFollowed, withDismissed } from './followed-project';
import { readFollowedProject, writeFollowedProject } from './followed-project-file';

interface FollowedProjectsParts extends WindowContext {
  /** Milliseconds by which the service's clock is known to be ahead of this computer's. */
  readonly skewOf: (project: ProjectReference) => number;
  /** Called with the new path of a quarantined file. */
  readonly onQuarantine: (file: string) => void;
}

const FILE = /^([0-9a-f]{32})\.json$/;

export class FollowedProjects implements Disposable {
  private readonly folder: string;
  private readonly followed = new Map<string, FollowedProject>();
  private readonly changes: Emitter<readonly ProjectReference[]>;
  /** Fires with the projects that this or another window followed, unfollowed or changed. */
  readonly onDidChange: Event<readonly ProjectReference[]>;
  private readonly readings = new SerialQueue();
  private readonly quarantine: Quarantine;

  constructor(private readonly parts: FollowedProjectsParts) {
    this.folder = path.join(parts.directory, STORAGE_FOLDERS.follow);
    this.quarantine = new Quarantine(parts, 'names no followed project in this version');
    this.changes = new Emitter((cause) => {
      parts.log.error(`A listener failed to handle a change of the followed projects: ${String(cause)}`);
    });
    this.onDidChange = this.changes.event;
  }

  all(): readonly FollowedProject[] {
    return [...this.followed.values()];
  }

  of(project: ProjectReference): FollowedProject | undefined {
    return this.followed.get(nameOf(project));
  }

  /** Converts a time of this computer's clock to the service's, as far as the skew is known. */
  serviceTime(project: ProjectReference, now: Instant): Instant {
    return now + this.parts.skewOf(project);
  }

  /** Reads the files of all projects again. Rejects if the folder cannot be read. */
  readAgain(): Promise<void> {
    return this.readings.add(async () => {
      const present = (await this.parts.files.names(this.folder)).flatMap((name) => FILE.exec(name)?.[1] ?? []);
      for (const name of new Set([...present, ...this.followed.keys()])) await this.readAgainOf(name);
    });
  }

  /** Returns the project as its file has it now, which may be newer than `of`. */
  async read(project: ProjectReference): Promise<FollowedProject | undefined> {
    const name = nameOf(project);
    this.update(name, await this.readFile(name));
    return this.followed.get(name);
  }

  /** Follows a project from now on; does nothing if it is followed already. Rejects if it cannot be saved. */
  async follow({ endpoint, projectId }: ProjectReference, now: Instant): Promise<void> {
    const name = nameOf({ endpoint, projectId });
    const project = await this.locked(name, async (replace) => {
      const content = await this.content(name);
      if (content.kind === 'ours') return content.content;
      if (content.kind !== 'absent') await this.quarantine.move(this.fileOf(name));
      const added = newlyFollowed({ endpoint, projectId }, this.serviceTime({ endpoint, projectId }, now));
      await replace(writeFollowedProject(added));
      return added;
    });
    this.parts.log.info(`Following new jobs of project ${projectId}.`);
    this.update(name, project);
  }

  /** Rejects if it cannot be saved. */
  async unfollow(project: ProjectReference): Promise<void> {
    const name = nameOf(project);
    await this.locked(name, () => this.parts.files.remove(this.fileOf(name)));
    this.update(name, undefined);
  }

  /**
   * Changes a project by read-modify-write under its lock. Rejects if it cannot be saved.
   * @param change returns the same object to leave the file as it is
   * @returns the project after the change, or undefined if it is not followed any more
   */
  async change(
    project: ProjectReference,
    change: (project: FollowedProject) => FollowedProject,
  ): Promise<FollowedProject | undefined> {
    const name = nameOf(project);
    const after = await this.locked(name, async (replace) => {
      const content = await this.content(name);
      if (content.kind !== 'ours') return undefined;
      const changed = change(content.content);
      if (changed !== content.content) await replace(writeFollowedProject(changed));
      return changed;
    });
    this.update(name, after);
    return after;
  }

  /**
   * Marks jobs as dismissed in their projects, so that they do not return as new jobs. Reads the files first, because
   * this window may not know yet which projects are followed. Rejects if it cannot be saved.
   */
  async dismiss(jobs: readonly TrackedJob[], now: Instant): Promise<void> {
    for (const [name, { reference: project }] of new Map(jobs.map((each) => [nameOf(each.reference), each]))) {
      if ((await this.readOrKnown(project)) === undefined) continue;
      const dismissed = jobs.filter(({ reference }) => nameOf(reference) === name);
      const serviceNow = this.serviceTime(project, now);
      await this.change(project, (followed) => withDismissed(followed, dismissed, serviceNow));
    }
  }

  /** Calls the listener when another window may have changed a file. */
  watch(listener: () => void): Disposable {
    return this.parts.files.watch(this.folder, (names) => {
      if (names === undefined || [...names].some((name) => FILE.test(name))) listener();
    });
  }

  dispose(): void {
    this.changes.dispose();
  }

  /** Never rejects: an unreadable file must not stop a person from removing a job. */
  private async readOrKnown(project: ProjectReference): Promise<FollowedProject | undefined> {
    try {
      return await this.read(project);
    } catch (cause) {
      this.parts.log.warn(`Whether project ${project.projectId} is followed could not be read: ${String(cause)}`);
      return this.of(project);
    }
  }

  /** Never rejects: if a file cannot be read, this window's knowledge stays, and the other files are still read. */
  private async readAgainOf(name: string): Promise<void> {
    try {
      this.update(name, await this.readFile(name));
    } catch (cause) {
      this.parts.log.error(`${this.fileOf(name)} could not be read: ${String(cause)}`);
    }
  }

  private update(name: string, project: FollowedProject | undefined): void {
    const before = this.followed.get(name);
    const changed = project ?? before;
    if (changed === undefined || jsonEqual(before, project)) return;
    if (project === undefined) this.followed.delete(name);
    else this.followed.set(name, project);
    this.changes.fire([changed]);
  }

  private async readFile(name: string): Promise<FollowedProject | undefined> {
    const content = await this.content(name);
    if (content.kind === 'ours') return content.content;
    if (content.kind === 'newer') {
      this.parts.log.warn(`${this.fileOf(name)} was written by a newer version and is not changed.`);
    }
    if (content.kind === 'unreadable') {
      // Checked again under the lock: another window may have replaced the file meanwhile.
      await this.locked(name, async () => {
        if ((await this.content(name)).kind === 'unreadable') await this.quarantine.move(this.fileOf(name));
      });
    }
    return undefined;
  }

  private async content(name: string): Promise<VersionedContent<FollowedProject>> {
    const unusable = { kind: 'unreadable' } as const;
    const file = this.fileOf(name);
    const content = await readOr(this.parts.files, file, MAX_STATE_FILE_BYTES, readFollowedProject, unusable);
    // A copied or renamed file holds another project than the one that its lock protects.
    if (content.kind === 'ours' && nameOf(content.content) !== name) return { kind: 'unreadable' };
    return content;
  }

  private locked<T>(name: string, action: Parameters<typeof withLockRetried<T>>[2]): Promise<T> {
    return withLockRetried(this.parts, this.fileOf(name), action);
  }

  private fileOf(name: string): string {
    return path.join(this.folder, `${name}.json`);
  }
}

/** Returns a name of 32 hex digits, safe in a file name. */
function nameOf(project: ProjectReference): string {
  return projectHash(project).slice(0, 32);
}

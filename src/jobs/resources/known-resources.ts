/** What is known about the resources of all projects: a file for each project, which all windows share. */
import path from 'node:path';
import type { Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/emitter';
import { jsonEqual } from '../../base/json/json-equal';
import { MAX_STATE_FILE_BYTES } from '../../base/limits';
import { OutageLog } from '../../base/outage-log';
import { SerialQueue } from '../../base/serial-queue';
import { withLockRetried } from '../../storage/file-lock';
import { readOr } from '../../storage/file-system';
import { Quarantine } from '../../storage/quarantine';
import { STORAGE_FOLDERS } from '../../storage/storage-folders';
import type { VersionedContent } from '../../storage/versioned-json';
import type { WindowContext } from '../../storage/window-context';
import { projectName, type ProjectReference } from '../model/project';
import { projectHash } from '../model/project-hash';
import type { TrackedJob } from '../model/tracked-job';
import type { JobStore } from '../store/job-store';
import { type KnownChange, type KnownProject, limited, nothingKnown, shownResources } from './known-project';
import { readKnownProject, writeKnownProject } from './known-project-file';
import { differenceOf } from './shown-difference';

interface KnownResourcesParts extends WindowContext {
  readonly store: Pick<JobStore, 'setResources'>;
  /** Whether names are shown; called again at `showOrHide`. */
  readonly isOn: () => boolean;
}

const FILE = /^([0-9a-f]{32})\.json$/;

export class KnownResources implements Disposable {
  private readonly folder: string;
  private readonly projects = new Map<string, KnownProject>();
  /** By file, the changes that could not be saved. */
  private readonly unsaved = new Map<string, KnownChange>();
  private readonly readings = new SerialQueue();
  private readonly quarantine: Quarantine;
  private readonly outages: OutageLog;
  private readonly changes: Emitter<ProjectReference | undefined>;
  /** Fires with the project of which this or another window learned something; undefined if names were turned on or off. */
  readonly onDidChange: Event<ProjectReference | undefined>;

  constructor(private readonly parts: KnownResourcesParts) {
    this.folder = path.join(parts.directory, STORAGE_FOLDERS.resources);
    // The log alone mentions it: names are looked up again.
    const onQuarantine = () => undefined;
    this.quarantine = new Quarantine({ ...parts, onQuarantine }, 'holds no names of resources in this version');
    this.outages = new OutageLog(parts.log, 'warn');
    this.changes = new Emitter((cause) => {
      parts.log.error(`A listener failed to handle a change of the known resources: ${String(cause)}`);
    });
    this.onDidChange = this.changes.event;
  }

  get isOn(): boolean {
    return this.parts.isOn();
  }

  of(project: ProjectReference): KnownProject {
    return this.projects.get(projectName(project)) ?? nothingKnown(project);
  }

  /** Names were turned on or off: shows or hides all that is known. */
  showOrHide(): void {
    for (const known of this.projects.values()) this.show(known, () => true);
    this.changes.fire(undefined);
  }

  /** Reads the files of all projects again. Rejects if the folder cannot be read. */
  readAgain(): Promise<void> {
    return this.readings.add(async () => {
      for (const name of await this.parts.files.names(this.folder)) {
        if (FILE.test(name)) await this.readFile(path.join(this.folder, name));
      }
    });
  }

  /**
   * Changes what is known by read-modify-write under the file's lock. Never rejects: if it cannot be saved, this window knows it
   * until it closes, and saves it with the next change.
   */
  async change(project: ProjectReference, change: KnownChange): Promise<void> {
    const file = this.fileOf(project);
    try {
      const after = await withLockRetried(this.parts, file, async (replace) => {
        const content = await this.content(file);
        if (content.kind === 'newer') return change(this.of(project));
        const before = content.kind === 'ours' ? this.withUnsaved(file, content.content) : this.of(project);
        const changed = change(before);
        if (changed !== before || this.unsaved.has(file)) await replace(writeKnownProject(changed));
        return changed;
      });
      this.unsaved.delete(file);
      this.outages.succeeded(file);
      this.update(after);
    } catch (cause) {
      this.outages.failed(file, '', `Names of resources could not be saved: ${String(cause)}`);
      const earlier = this.unsaved.get(file);
      this.unsaved.set(file, (known) => change(earlier?.(known) ?? known));
      this.update(change(this.of(project)));
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

  /** Never rejects: what this window knows stays, and the other files are still read. */
  private async readFile(file: string): Promise<void> {
    try {
      const content = await this.content(file);
      if (content.kind === 'ours') await this.read(this.withUnsaved(file, content.content));
      if (content.kind !== 'unreadable') return;
      // Checked again under the lock: another window may have replaced the file meanwhile.
      await withLockRetried(this.parts, file, async () => {
        if ((await this.content(file)).kind === 'unreadable') await this.quarantine.move(file);
      });
    } catch (cause) {
      this.parts.log.warn(`${file} could not be read: ${String(cause)}`);
    }
  }

  private withUnsaved(file: string, saved: KnownProject): KnownProject {
    return this.unsaved.get(file)?.(saved) ?? saved;
  }

  /** Forgets what is too old on the disk, too: no other change may follow. */
  private async read(saved: KnownProject): Promise<void> {
    const limit: KnownChange = (known) => limited(known, this.parts.clock.now());
    const known = limit(saved);
    if (known === saved) this.update(known);
    else await this.change(known, limit);
  }

  private update(known: KnownProject): void {
    const before = this.of(known);
    if (jsonEqual(before, known)) return;
    this.projects.set(projectName(known), known);
    this.show(known, differenceOf(before, known));
    this.changes.fire(known);
  }

  private show(known: KnownProject, isShown: (tracked: TrackedJob) => boolean): void {
    this.parts.store.setResources(known, this.isOn ? shownResources(known) : undefined, isShown);
  }

  private async content(file: string): Promise<VersionedContent<KnownProject>> {
    const unusable = { kind: 'unreadable' } as const;
    const content = await readOr(this.parts.files, file, MAX_STATE_FILE_BYTES, readKnownProject, unusable);
    // A copied or renamed file holds another project than the one that its lock protects.
    return content.kind === 'ours' && this.fileOf(content.content) !== file ? unusable : content;
  }

  private fileOf(project: ProjectReference): string {
    return path.join(this.folder, `${projectHash(project).slice(0, 32)}.json`);
  }
}

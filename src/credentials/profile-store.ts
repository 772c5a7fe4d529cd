/** The profiles of this computer: reads, adds, changes and removes them, together with their secrets. */
import type { Instant } from '../base/clock';
import type { Disposable } from '../base/disposable';
import { Emitter, type Event } from '../base/emitter';
import { jsonEqual } from '../base/json/json-equal';
import { OutageLog } from '../base/outage-log';
import { SerialQueue } from '../base/serial-queue';
import type { Credential } from '../cloud/http/credential';
import { isSameProject, type ProjectReference } from '../jobs/model/project';
import type { WindowContext } from '../storage/window-context';
import { type CredentialReader, placeOf, startOf } from './credential-reader';
import type { Refusals } from './refusals/refusals';
import { FAILURE_WINDOW_MS } from './refusals/failed-sign-ins';
import type { SignInFailures } from './refusals/sign-in-failures';
import type { KeyHash, KeyUse } from './secrets/key-hash';
import type { Vault } from './secrets/vault';
import { isInSecretStorage, type Profile, profileId, type ProfileRefusal, type SavedProfile } from './profiles/profile';
import type { UnreadableProfile } from './profiles/profile-entries';
import type { ProfileFile, ProfileList } from './profiles/profile-file';
import { SourceFileWatches, type WatchFile } from './profiles/source-file-watches';

type ProfileStoreParts = Pick<WindowContext, 'clock' | 'log'> & {
  readonly profileFile: ProfileFile;
  readonly vault: Vault;
  readonly reader: CredentialReader;
  readonly keyHash: Pick<KeyHash, 'useOf'>;
  readonly refusals: Refusals;
  readonly failures: SignInFailures;
  readonly watchFile: WatchFile;
};

/** Without a name, a profile that is there already keeps its name. */
export interface NewProfile extends Pick<
  SavedProfile,
  'name' | 'endpoint' | 'region' | 'projectId' | 'projectName' | 'source' | 'expiresAt' | 'verifiedAt'
> {
  /** The current credential; it is saved only if the source is the editor's secret storage. */
  readonly credential: Credential;
}

export class ProfileStore implements Disposable {
  private profiles: readonly Profile[] = [];
  private unreadableEntries: readonly UnreadableProfile[] = [];
  /** Accesses to the file run one at a time, so that none overwrites another's change. */
  private readonly accesses = new SerialQueue();
  /** By profile id. With these hashes, views show a refusal without reading each stored key again. */
  private readonly keys = new Map<string, { readonly keyChangedAt: Instant; readonly use: KeyUse }>();
  private readonly outages: OutageLog;
  private readonly changes: Emitter<void>;
  private readonly watches: Disposable[] = [];
  private readonly fileWatches: SourceFileWatches;
  /** Fires when profiles were added, changed, removed, refused, or may be used again, in this window or another. */
  readonly onDidChange: Event<void>;

  constructor(private readonly parts: ProfileStoreParts) {
    this.outages = new OutageLog(parts.log, 'error');
    this.changes = new Emitter((cause) => {
      parts.log.error(`A listener to changes of credentials failed: ${String(cause)}`);
    });
    this.onDidChange = this.changes.event;
    this.fileWatches = new SourceFileWatches(parts.watchFile, () => {
      void this.refresh().then(() => {
        // A key that was missing may be there now, which changes no profile.
        this.changes.fire();
      });
    });
  }

  /** Reads the profiles and starts to watch for changes by other windows. Rejects if the profiles cannot be read. */
  open(): Promise<void> {
    const refresh = () => void this.refresh();
    // A key that may be used again need not have been seen as one that must not.
    const refreshAndFire = () =>
      void this.refresh().then(() => {
        this.changes.fire();
      });
    const { profileFile, refusals, failures } = this.parts;
    this.watches.push(profileFile.watch(refresh), refusals.watch(refresh), failures.onDidChange(refreshAndFire));
    return this.reload();
  }

  /** The default comes first. */
  all(): readonly Profile[] {
    return this.profiles;
  }

  /**
   * Entries of profiles.json that this version cannot read, and that stay there as they are. An entry is left out if a
   * profile of the same project is in use, since the person need not do anything.
   */
  get unreadable(): readonly UnreadableProfile[] {
    return this.unreadableEntries.filter((entry) => !this.profiles.some(({ id }) => id === entry.id));
  }

  of(project: ProjectReference): Profile | undefined {
    return this.profiles.find((profile) => isSameProject(profile, project));
  }

  /** Reads the profiles, which another window may have changed. Rejects if they cannot be read. */
  async reload(): Promise<void> {
    await this.access(() => this.parts.profileFile.load());
  }

  /** As `reload`, but keeps the known profiles if they cannot be read. Never rejects. */
  refresh(): Promise<void> {
    return this.access(() => this.loadUnlessFailing());
  }

  /**
   * Signs in, or changes the credential of the profile of that endpoint and project. A refused key that is given again
   * stays refused, unless the service has just accepted it. An unreadable entry for the same project stays in the file, and is no longer in `unreadable`; its
   * secret, if it has one, is replaced. Rejects if the profile or its secret cannot be saved.
   */
  async add(added: NewProfile): Promise<Profile> {
    const { vault, reader, keyHash, refusals, clock, log } = this.parts;
    const { credential, ...facts } = added;
    const id = profileId(added.endpoint, added.projectId);
    const keyChangedAt = clock.now();
    const isSecret = isInSecretStorage(added.source);
    const before = isSecret ? await vault.read(id) : undefined;
    try {
      if (isSecret) await vault.store(id, { credential, place: placeOf(added) });
      reader.noteChangedHere(id, keyChangedAt);
      const use = await keyHash.useOf(credential);
      this.keys.set(id, { keyChangedAt, use });
      if (added.verifiedAt !== undefined) await refusals.lift(use.keyHash);
      await this.edit((profiles) => {
        const known = profiles.find((profile) => profile.id === id);
        const profile: SavedProfile = {
          ...facts,
          id,
          name: added.name ?? known?.name,
          accessKeyStart: startOf(credential),
          keyChangedAt,
          isDefault: known?.isDefault,
        };
        return known === undefined ? [...profiles, profile] : profiles.map((each) => (each.id === id ? profile : each));
      });
    } catch (cause) {
      this.keys.delete(id);
      // Restores the earlier secret, or removes the new one, which signing out could not remove.
      if (isSecret) {
        const restored = before === undefined ? vault.delete(id) : vault.store(id, before);
        await restored.catch(this.reportLeftSecret);
      }
      throw cause;
    }
    // A key that was typed before is no longer used.
    if (!isSecret) await vault.delete(id).catch(this.reportLeftSecret);
    log.info(`Signed in to project ${added.projectId} at ${added.endpoint}.`);
    const profile = this.profiles.find((each) => each.id === id);
    if (profile === undefined) throw new Error('The profile was removed by another window.');
    return profile;
  }

  /** @param name undefined: the profile is called after its region and project. Rejects if it cannot be saved. */
  async rename({ id }: Profile, name: string | undefined): Promise<void> {
    await this.edit((profiles) => profiles.map((profile) => (profile.id === id ? { ...profile, name } : profile)));
  }

  /** The default stays as it is if another window has removed the profile. */
  async setDefault({ id }: Profile): Promise<void> {
    await this.edit((profiles) => {
      if (!profiles.some((profile) => profile.id === id)) return profiles;
      return profiles.map((profile) => {
        const isDefault = profile.id === id;
        return isDefault === (profile.isDefault === true) ? profile : { ...profile, isDefault };
      });
    });
  }

  /** Saves that the service accepted the credential now, for a person who tested it. */
  async noteVerified({ id }: Profile): Promise<void> {
    const verifiedAt = this.parts.clock.now();
    await this.edit((profiles) =>
      profiles.map((profile) => (profile.id === id ? { ...profile, verifiedAt } : profile)),
    );
  }

  /** Removes the profile, then its secret. Rejects with a VaultError if the secret stays, else if both stay. */
  async signOut({ id, projectId, endpoint, source }: Profile): Promise<void> {
    await this.edit((profiles) => profiles.filter((profile) => profile.id !== id));
    const deleted = this.parts.vault.delete(id);
    // Without a keyring, no secret of an earlier source is there either.
    await (isInSecretStorage(source) ? deleted : deleted.catch(this.reportLeftSecret));
    this.parts.log.info(`Signed out of project ${projectId} at ${endpoint}.`);
  }

  /** Remembers a key that was just read, by its hashes: it may differ from the key that views know. */
  async noteKey({ id, keyChangedAt }: SavedProfile, use: KeyUse): Promise<void> {
    const known = this.keys.get(id);
    this.keys.set(id, { keyChangedAt, use });
    // A view may have read the key while another window was changing it.
    if (known?.keyChangedAt === keyChangedAt && known.use.keyHash !== use.keyHash) await this.refresh();
  }

  dispose(): void {
    for (const watch of this.watches) watch.dispose();
    this.fileWatches.dispose();
    this.changes.dispose();
  }

  private readonly reportLeftSecret = (cause: unknown) => {
    this.parts.log.warn(`An old key could not be removed from the secret storage: ${String(cause)}`);
  };

  private edit(change: (profiles: readonly SavedProfile[]) => readonly SavedProfile[]): Promise<void> {
    return this.access(() => this.parts.profileFile.edit(change));
  }

  private access(action: () => Promise<ProfileList | undefined>): Promise<void> {
    return this.accesses.add(async () => {
      await this.parts.refusals.refresh();
      await this.parts.failures.refresh();
      await this.adopt(await action());
    });
  }

  private async loadUnlessFailing(): Promise<ProfileList | undefined> {
    try {
      const loaded = await this.parts.profileFile.load();
      this.outages.succeeded('load');
      return loaded;
    } catch (cause) {
      this.outages.failed('load', '', `The profiles could not be read again: ${String(cause)}`);
      return undefined;
    }
  }

  /** @param loaded undefined if only the refusals of the known profiles may have changed. */
  private async adopt(
    loaded: ProfileList = { profiles: this.profiles, unreadable: this.unreadableEntries },
  ): Promise<void> {
    const { unreadable } = loaded;
    const profiles: Profile[] = [];
    for (const profile of loaded.profiles) profiles.push({ ...profile, refusal: await this.refusalOf(profile) });
    profiles.sort((a, b) => Number(b.isDefault === true) - Number(a.isDefault === true));
    if (jsonEqual([profiles, unreadable], [this.profiles, this.unreadableEntries])) return;
    this.profiles = profiles;
    this.unreadableEntries = unreadable;
    this.fileWatches.update(profiles);
    this.changes.fire();
  }

  private async refusalOf(profile: SavedProfile): Promise<ProfileRefusal | undefined> {
    const { refusals, failures } = this.parts;
    // Showing a view must not make the editor ask to unlock a keyring.
    if (refusals.isEmpty && failures.isEmpty) return undefined;
    const use = await this.useOf(profile);
    if (use === undefined) return undefined;
    const refusal = await refusals.find(use.keyHash, profile.id);
    if (refusal !== undefined) return refusal;
    const block = failures.knownBlock(use);
    return block === undefined
      ? undefined
      : { at: block.until - FAILURE_WINDOW_MS, error: { kind: 'too-many-failures', ...block } };
  }

  /** @returns undefined if the key cannot be read; no request uses it then. */
  private async useOf(profile: SavedProfile): Promise<KeyUse | undefined> {
    const { id, keyChangedAt, source } = profile;
    const known = this.keys.get(id);
    // A key outside the editor may change at any time.
    if (isInSecretStorage(source) && known?.keyChangedAt === keyChangedAt) return known.use;
    const reading = await this.parts.reader.read(profile);
    if (!reading.ok) return undefined;
    const use = await this.parts.keyHash.useOf(reading.credential);
    this.keys.set(id, { keyChangedAt, use });
    return use;
  }
}

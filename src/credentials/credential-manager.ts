/** Knows who is signed in to what, hands out credentials for a request, and stops one that was refused. */
import type { Credential } from '../cloud/http/credential';
import type { EndpointOrigin } from '../cloud/places/endpoint';
import type { ElbError } from '../cloud/http/error';
import type { Clock, Instant } from '../base/clock';
import type { Disposable } from '../base/disposable';
import { Emitter, type Event } from '../base/emitter';
import type { Log } from '../base/log';
import { type PollError, refusesCredential } from '../jobs/model/poll-error';
import { isSameProject, type ProjectReference } from '../jobs/model/project';
import { type CredentialReader, startOf } from './credential-reader';
import type { KeyHash } from './secrets/key-hash';
import { isInSecretStorage, type SavedProfile, type Profile, profileId, type ProfileSource } from './profiles/profile';
import type { ProfileFile } from './profiles/profile-file';
import type { Refusal } from './refusals/refusal';
import type { Refusals } from './refusals/refusals';
import { SourceFileWatches, type WatchFile } from './profiles/source-file-watches';
import type { Vault } from './secrets/vault';

export interface CredentialManagerParts {
  readonly profileFile: ProfileFile;
  readonly vault: Vault;
  readonly reader: CredentialReader;
  readonly keyHash: KeyHash;
  readonly refusals: Refusals;
  readonly watchFile: WatchFile;
  readonly clock: Clock;
  readonly log: Log;
}

export interface NewProfile {
  /** Undefined leaves the name as it is. */
  readonly name?: string | undefined;
  readonly endpoint: EndpointOrigin;
  readonly region?: string | undefined;
  readonly projectId: string;
  readonly projectName?: string | undefined;
  readonly source: ProfileSource;
  /** As it is now; it is kept where the source is the editor's secret storage, and nowhere else. */
  readonly credential: Credential;
  readonly expiresAt?: Instant | undefined;
  readonly verifiedAt?: Instant | undefined;
}

/** What a request is made with. */
export interface CredentialInUse {
  readonly credential: Credential;
  readonly keyHash: string;
  readonly profile: Profile;
}

export type CredentialForRequest =
  ({ readonly ok: true } & CredentialInUse) | { readonly ok: false; readonly error: PollError };

export class CredentialManager implements Disposable {
  private profiles: readonly Profile[] = [];
  /** One access to the files after the other, so that none brings back what another has changed. */
  private turns: Promise<unknown> = Promise.resolve();
  /** By profile id: so that views can be told of a refusal without reading each stored key again. */
  private readonly keyHashes = new Map<string, { readonly keyChangedAt: Instant; readonly keyHash: string }>();
  /** By profile id: the end of a credential that is kept elsewhere, as last read. */
  private readonly ends = new Map<string, Instant | undefined>();
  private isReloadFailing = false;
  private readonly changes: Emitter<void>;
  private readonly newRefusals: Emitter<Profile>;
  private readonly watches: Disposable[] = [];
  private readonly fileWatches: SourceFileWatches;
  /** Profiles came, went, were refused, or may be used again, in this window or another. */
  readonly onDidChange: Event<void>;
  /** The service refused a credential in this window; fires once for each refusal, after `onDidChange`. */
  readonly onDidRefuse: Event<Profile>;

  constructor(private readonly parts: CredentialManagerParts) {
    const report = (cause: unknown) => {
      parts.log.error(`Telling of a change of credentials failed: ${String(cause)}`);
    };
    this.changes = new Emitter(report);
    this.newRefusals = new Emitter(report);
    this.onDidChange = this.changes.event;
    this.onDidRefuse = this.newRefusals.event;
    this.fileWatches = new SourceFileWatches(parts.watchFile, () => {
      void this.reloadOrKeep().then(() => {
        // What was missing may be there, though no profile tells so.
        this.changes.fire();
      });
    });
  }

  /** Reads the profiles, and notices from then on what other windows do. Rejects where they cannot be read. */
  open(): Promise<void> {
    const catchUp = () => void this.reloadOrKeep();
    this.watches.push(this.parts.profileFile.watch(catchUp), this.parts.refusals.watch(catchUp));
    return this.reload();
  }

  /** The default comes first. */
  all(): readonly Profile[] {
    return this.profiles;
  }

  profileOf(project: ProjectReference): Profile | undefined {
    return this.profiles.find((known) => isSameProject(known, project));
  }

  /** When the credential ends, as far as is known. */
  endOf({ id, source, expiresAt }: Profile): Instant | undefined {
    return isInSecretStorage(source) ? expiresAt : this.ends.get(id);
  }

  /** What keeps one of these jobs from being asked for, where a refused credential does. */
  refusalFor(
    references: readonly ProjectReference[],
  ): { readonly profile: Profile; readonly error: ElbError } | undefined {
    const profile = this.profiles.find(
      (each) => each.refusal !== undefined && references.some((reference) => isSameProject(each, reference)),
    );
    return profile?.refusal === undefined ? undefined : { profile, error: profile.refusal.error };
  }

  /** Reads the profiles, which another window may have changed. Rejects where they cannot be read. */
  async reload(): Promise<void> {
    await this.access(() => this.parts.profileFile.load());
  }

  /**
   * Signs in, or changes the credential of the profile of that endpoint and project. A key that is given again is tried
   * again. Rejects where it cannot be kept.
   */
  async add(added: NewProfile): Promise<Profile> {
    const { vault, reader, keyHash, refusals, clock, log } = this.parts;
    const { credential, ...facts } = added;
    const id = profileId(added.endpoint, added.projectId);
    const keyChangedAt = clock.now();
    const isKeptHere = isInSecretStorage(added.source);
    const before = isKeptHere ? await vault.read(id) : undefined;
    try {
      if (isKeptHere) await vault.store(id, credential);
      reader.noteChangedHere(id, keyChangedAt);
      const hash = await keyHash.of(credential);
      this.keyHashes.set(id, { keyChangedAt, keyHash: hash });
      await this.inTurn(() => refusals.lift(hash));
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
      this.keyHashes.delete(id);
      // What was there stays, and no secret is left that nobody could remove.
      if (isKeptHere) {
        const restored = before === undefined ? vault.delete(id) : vault.store(id, before);
        await restored.catch(this.reportLeftSecret);
      }
      throw cause;
    }
    // A key that was typed before is used no more.
    if (!isKeptHere) await vault.delete(id).catch(this.reportLeftSecret);
    log.info(`Signed in to project ${added.projectId} at ${added.endpoint}.`);
    return this.byId(id);
  }

  /** Without a name the profile is called as its region and project. Rejects where that cannot be kept. */
  async rename({ id }: Profile, name: string | undefined): Promise<void> {
    await this.edit((profiles) => profiles.map((profile) => (profile.id === id ? { ...profile, name } : profile)));
  }

  async setDefault({ id }: Profile): Promise<void> {
    await this.edit((profiles) => profiles.map((profile) => ({ ...profile, isDefault: profile.id === id })));
  }

  /** The service accepted the credential while a person looked. */
  async noteVerified({ id }: Profile): Promise<void> {
    const verifiedAt = this.parts.clock.now();
    await this.edit((profiles) =>
      profiles.map((profile) => (profile.id === id ? { ...profile, verifiedAt } : profile)),
    );
  }

  /** Removes the profile, then its secrets; rejects with a VaultError where those stay, else where both do. */
  async signOut({ id, projectId, endpoint, source }: Profile): Promise<void> {
    await this.edit((profiles) => profiles.filter((profile) => profile.id !== id));
    const deleted = this.parts.vault.delete(id);
    // Where there is no keyring, there is no secret either that was left from another source.
    await (isInSecretStorage(source) ? deleted : deleted.catch(this.reportLeftSecret));
    this.parts.log.info(`Signed out of project ${projectId} at ${endpoint}.`);
  }

  /**
   * The person wants a refused credential to be used again, in all projects that it was refused for, and all windows.
   * Returns why it cannot be, where its keys are not to be had.
   */
  async tryAgain(profile: Profile): Promise<PollError | undefined> {
    const reading = await this.parts.reader.read(profile);
    if (!reading.ok) return reading.error;
    const hash = await this.parts.keyHash.of(reading.credential);
    await this.inTurn(() => this.parts.refusals.lift(hash));
    await this.reload();
    return undefined;
  }

  async credentialFor(project: ProjectReference): Promise<CredentialForRequest> {
    // Another window may have been refused a moment ago: asking once more is what locks a key.
    await this.reloadOrKeep();
    const profile = this.profileOf(project);
    if (profile === undefined) return { ok: false, error: { kind: 'signed-out' } };
    const reading = await this.parts.reader.read(profile);
    if (!reading.ok) return reading;
    const { credential } = reading;
    this.ends.set(profile.id, reading.expiresAt);
    const keyHash = await this.parts.keyHash.of(credential);
    await this.remember(profile, keyHash);
    const refusal = await this.parts.refusals.find(keyHash, profile.id);
    return refusal === undefined ? { ok: true, credential, keyHash, profile } : { ok: false, error: refusal.error };
  }

  /**
   * Stops a credential that the service refused, in all windows and later sessions.
   * A key that is refused in one project is refused in all of them, and locks after five failures.
   */
  async refuse({ keyHash, profile }: Pick<CredentialInUse, 'keyHash' | 'profile'>, error: ElbError): Promise<void> {
    const { refusals, clock } = this.parts;
    const use = refusesCredential(error) ? { keyHash } : { keyHash, profileId: profile.id };
    const refusal: Refusal = { at: clock.now(), error };
    const isNew = await this.inTurn(() => refusals.add(use, refusal));
    await this.reloadOrKeep();
    const stopped = this.profiles.find(({ id }) => id === profile.id);
    // Another request of that key may have been refused a moment before, and its key may have been changed meanwhile.
    if (isNew && stopped?.refusal?.at === refusal.at) this.newRefusals.fire(stopped);
  }

  /** As `refuse`, of a credential that was tried on a person's word. */
  async noteRefused(profile: Profile, credential: Credential, error: ElbError): Promise<void> {
    await this.refuse({ keyHash: await this.parts.keyHash.of(credential), profile }, error);
  }

  dispose(): void {
    for (const watch of this.watches) watch.dispose();
    this.fileWatches.dispose();
    this.changes.dispose();
    this.newRefusals.dispose();
  }

  private readonly reportLeftSecret = (cause: unknown) => {
    this.parts.log.warn(`An old key could not be removed from the secret storage: ${String(cause)}`);
  };

  private byId(wanted: string): Profile {
    const profile = this.profiles.find(({ id }) => id === wanted);
    if (profile === undefined) throw new Error('The profile was removed by another window.');
    return profile;
  }

  private edit(change: (profiles: readonly SavedProfile[]) => readonly SavedProfile[]): Promise<void> {
    return this.access(() => this.parts.profileFile.edit(change));
  }

  private reloadOrKeep(): Promise<void> {
    return this.access(() => this.loadOrKeep());
  }

  /** Goes on with the profiles that are known where they cannot be read again. */
  private async loadOrKeep(): Promise<readonly SavedProfile[]> {
    try {
      const loaded = await this.parts.profileFile.load();
      this.isReloadFailing = false;
      return loaded;
    } catch (cause) {
      if (!this.isReloadFailing) this.parts.log.error(`The profiles could not be read again: ${String(cause)}`);
      this.isReloadFailing = true;
      return this.profiles;
    }
  }

  private access(action: () => Promise<readonly SavedProfile[]>): Promise<void> {
    return this.inTurn(async () => {
      await this.parts.refusals.refresh();
      await this.adopt(await action());
    });
  }

  private inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.turns.then(action);
    this.turns = turn.catch(() => undefined);
    return turn;
  }

  private async adopt(loaded: readonly SavedProfile[]): Promise<void> {
    const profiles: Profile[] = [];
    for (const profile of loaded) profiles.push({ ...profile, refusal: await this.refusalOf(profile) });
    profiles.sort((a, b) => Number(b.isDefault === true) - Number(a.isDefault === true));
    if (JSON.stringify(profiles) === JSON.stringify(this.profiles)) return;
    this.profiles = profiles;
    this.fileWatches.update(profiles);
    this.changes.fire();
  }

  private async refusalOf(profile: SavedProfile): Promise<Refusal | undefined> {
    const { refusals } = this.parts;
    // No keyring is to be unlocked for a view alone.
    if (refusals.areNone) return undefined;
    const keyHash = await this.keyHashOf(profile);
    return keyHash === undefined ? undefined : refusals.find(keyHash, profile.id);
  }

  /** Undefined where the key is not to be had, and nothing is asked with it. */
  private async keyHashOf(profile: SavedProfile): Promise<string | undefined> {
    const { id, keyChangedAt, source } = profile;
    const known = this.keyHashes.get(id);
    // What is kept elsewhere changes without a word.
    if (isInSecretStorage(source) && known?.keyChangedAt === keyChangedAt) return known.keyHash;
    const reading = await this.parts.reader.read(profile);
    if (!reading.ok) return undefined;
    const keyHash = await this.parts.keyHash.of(reading.credential);
    this.keyHashes.set(id, { keyChangedAt, keyHash });
    return keyHash;
  }

  /** The key may have been read for a view while another window was changing it. */
  private async remember({ id, keyChangedAt }: SavedProfile, keyHash: string): Promise<void> {
    const known = this.keyHashes.get(id);
    this.keyHashes.set(id, { keyChangedAt, keyHash });
    if (known?.keyChangedAt === keyChangedAt && known.keyHash !== keyHash) await this.reloadOrKeep();
  }
}

/** Knows who is signed in to what, hands out keys for a request, and stops a credential that was refused. */
import type { EndpointOrigin } from '../elb/endpoint';
import type { ElbError } from '../elb/error';
import { shownStart } from '../elb/redact';
import type { AccessKey } from '../elb/signer';
import type { Clock, Instant } from '../jobs/clock';
import type { Disposable } from '../jobs/disposable';
import { Emitter, type Event } from '../jobs/emitter';
import type { ProjectReference } from '../jobs/job-source';
import type { Log } from '../jobs/log';
import type { CredentialError, LookError } from '../jobs/look-error';
import { reasonOf } from '../jobs/reason-of';
import type { KeyHash } from './key-hash';
import { isProfileOf, type KeptProfile, type Profile, profileId } from './profile';
import type { ProfileFile } from './profile-file';
import type { Refusal } from './refusal';
import type { Refusals } from './refusals';
import type { Vault } from './vault';

export interface CredentialManagerParts {
  readonly profileFile: ProfileFile;
  readonly vault: Vault;
  readonly keyHash: KeyHash;
  readonly refusals: Refusals;
  readonly clock: Clock;
  readonly log: Log;
}

export interface NewCredential {
  readonly endpoint: EndpointOrigin;
  readonly region?: string | undefined;
  readonly projectId: string;
  readonly key: AccessKey;
}

/** What a request is made with. */
export interface CredentialInUse {
  readonly key: AccessKey;
  readonly keyHash: string;
  readonly profile: Profile;
}

export type KeyForRequest =
  ({ readonly ok: true } & CredentialInUse) | { readonly ok: false; readonly error: LookError };

export class CredentialManager implements Disposable {
  private profiles: readonly Profile[] = [];
  /** One access to the files after the other, so that none brings back what another has changed. */
  private turns: Promise<unknown> = Promise.resolve();
  /** By profile id: so that views can be told of a refusal without reading each key again. */
  private readonly keyHashes = new Map<string, { readonly keyChangedAt: Instant; readonly keyHash: string }>();
  private isReloadFailing = false;
  private readonly changes: Emitter<void>;
  private readonly newRefusals: Emitter<Profile>;
  private readonly watches: readonly Disposable[];
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
    const catchUp = () => void this.reloadOrKeep();
    this.watches = [parts.profileFile.watch(catchUp), parts.refusals.watch(catchUp)];
  }

  all(): readonly Profile[] {
    return this.profiles;
  }

  /** What keeps one of these jobs from being asked for, where a refused credential does. */
  refusalFor(
    references: readonly ProjectReference[],
  ): { readonly profile: Profile; readonly error: ElbError } | undefined {
    const profile = this.profiles.find(
      (each) => each.refusal !== undefined && references.some((reference) => isProfileOf(each, reference)),
    );
    return profile?.refusal === undefined ? undefined : { profile, error: profile.refusal.error };
  }

  /** Reads the profiles, which another window may have changed. Rejects where they cannot be read. */
  async reload(): Promise<void> {
    await this.access(() => this.parts.profileFile.load());
  }

  /**
   * Signs in, or changes the key of the profile of that endpoint and project. A key that is given again is tried again.
   * Rejects where it cannot be kept.
   */
  async add({ endpoint, region, projectId, key }: NewCredential): Promise<Profile> {
    const { profileFile, vault, keyHash, refusals, clock, log } = this.parts;
    const profile: KeptProfile = {
      id: profileId(endpoint, projectId),
      endpoint,
      region,
      projectId,
      accessKeyStart: shownStart(key.accessKey),
      keyChangedAt: clock.now(),
    };
    const before = await vault.read(profile.id);
    await vault.store(profile.id, key);
    try {
      const hash = await keyHash.of(key);
      this.keyHashes.set(profile.id, { keyChangedAt: profile.keyChangedAt, keyHash: hash });
      await this.inTurn(() => refusals.lift(hash));
      await this.access(() =>
        profileFile.edit((profiles) => [...profiles.filter(({ id }) => id !== profile.id), profile]),
      );
    } catch (cause) {
      this.keyHashes.delete(profile.id);
      // What was there stays, and no secret is left that nobody could remove.
      await (before === undefined ? vault.delete(profile.id) : vault.store(profile.id, before));
      throw cause;
    }
    log.info(`Signed in to project ${projectId} at ${endpoint}.`);
    return profile;
  }

  /** Removes the profile, then its secrets; rejects with a VaultError where those stay, else where both do. */
  async signOut({ id, projectId, endpoint }: Profile): Promise<void> {
    const { profileFile, vault, log } = this.parts;
    await this.access(() => profileFile.edit((profiles) => profiles.filter((profile) => profile.id !== id)));
    await vault.delete(id);
    log.info(`Signed out of project ${projectId} at ${endpoint}.`);
  }

  /** The person wants a refused credential to be used again, in all projects that it was refused for, and all windows. */
  async tryAgain({ id }: Profile): Promise<void> {
    const { vault, keyHash, refusals } = this.parts;
    const key = await vault.read(id);
    if (key === undefined) return;
    const hash = await keyHash.of(key);
    await this.inTurn(() => refusals.lift(hash));
    await this.reload();
  }

  async keyFor(project: ProjectReference): Promise<KeyForRequest> {
    // Another window may have been refused a moment ago: asking once more is what locks a key.
    await this.reloadOrKeep();
    const profile = this.profiles.find((known) => isProfileOf(known, project));
    if (profile === undefined) return credentialError('signed-out');
    try {
      const key = await this.parts.vault.read(profile.id);
      if (key === undefined) return credentialError('keys-lost');
      const keyHash = await this.parts.keyHash.of(key);
      await this.remember(profile, keyHash);
      const refusal = await this.parts.refusals.find(keyHash, profile.id);
      return refusal === undefined ? { ok: true, key, keyHash, profile } : { ok: false, error: refusal.error };
    } catch (cause) {
      return credentialError('keys-unreadable', reasonOf(cause));
    }
  }

  /**
   * Stops a credential that the service refused, in all windows and later sessions.
   * A key that is refused in one project is refused in all of them, and locks after five failures.
   */
  async refuse({ keyHash, profile }: CredentialInUse, error: ElbError): Promise<void> {
    const { refusals, clock } = this.parts;
    const use = isOfTheKey(error) ? { keyHash } : { keyHash, profileId: profile.id };
    const refusal: Refusal = { at: clock.now(), error };
    const isNew = await this.inTurn(() => refusals.add(use, refusal));
    await this.reloadOrKeep();
    const stopped = this.profiles.find(({ id }) => id === profile.id);
    // Another request of that key may have been refused a moment before, and its key may have been changed meanwhile.
    if (isNew && stopped?.refusal?.at === refusal.at) this.newRefusals.fire(stopped);
  }

  dispose(): void {
    for (const watch of this.watches) watch.dispose();
    this.changes.dispose();
    this.newRefusals.dispose();
  }

  private reloadOrKeep(): Promise<void> {
    return this.access(() => this.loadOrKeep());
  }

  /** Goes on with the profiles that are known where they cannot be read again. */
  private async loadOrKeep(): Promise<readonly KeptProfile[]> {
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

  private access(action: () => Promise<readonly KeptProfile[]>): Promise<void> {
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

  private async adopt(loaded: readonly KeptProfile[]): Promise<void> {
    const profiles: Profile[] = [];
    for (const profile of loaded) profiles.push({ ...profile, refusal: await this.refusalOf(profile) });
    if (JSON.stringify(profiles) === JSON.stringify(this.profiles)) return;
    this.profiles = profiles;
    this.changes.fire();
  }

  private async refusalOf(profile: KeptProfile): Promise<Refusal | undefined> {
    const { refusals } = this.parts;
    // No keyring is to be unlocked for a view alone.
    if (refusals.areNone) return undefined;
    const keyHash = await this.keyHashOf(profile);
    return keyHash === undefined ? undefined : refusals.find(keyHash, profile.id);
  }

  /** Undefined where the key is not to be had, and nothing is asked with it. */
  private async keyHashOf({ id, keyChangedAt }: KeptProfile): Promise<string | undefined> {
    const known = this.keyHashes.get(id);
    if (known?.keyChangedAt === keyChangedAt) return known.keyHash;
    const key = await this.parts.vault.read(id).catch(() => undefined);
    if (key === undefined) return undefined;
    const keyHash = await this.parts.keyHash.of(key);
    this.keyHashes.set(id, { keyChangedAt, keyHash });
    return keyHash;
  }

  /** The key may have been read for a view while another window was changing it. */
  private async remember({ id, keyChangedAt }: KeptProfile, keyHash: string): Promise<void> {
    const known = this.keyHashes.get(id);
    this.keyHashes.set(id, { keyChangedAt, keyHash });
    if (known?.keyChangedAt === keyChangedAt && known.keyHash !== keyHash) await this.reloadOrKeep();
  }
}

/** Whether the service refused the key itself, and not its use in one project or region. */
function isOfTheKey({ kind }: ElbError): boolean {
  return kind !== 'gateway-forbidden' && kind !== 'api-absent';
}

function credentialError(kind: CredentialError['kind'], message?: string): KeyForRequest {
  return { ok: false, error: { kind, message } };
}

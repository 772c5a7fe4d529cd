/** Knows who is signed in to what, hands out keys for a request, and stops a credential that was refused. */
import type { EndpointOrigin } from '../elb/endpoint';
import type { ElbError } from '../elb/error';
import { shownStart } from '../elb/redact';
import type { AccessKey } from '../elb/signer';
import type { Clock, Instant } from '../jobs/clock';
import type { Disposable } from '../jobs/disposable';
import { Emitter, type Event } from '../jobs/emitter';
import type { JobReference } from '../jobs/job-reference';
import type { Log } from '../jobs/log';
import type { CredentialError, LookError } from '../jobs/look-error';
import { reasonOf } from '../jobs/reason-of';
import { isProfileOf, type Profile, profileId, type Refusal } from './profile';
import type { ProfileFile } from './profile-file';
import type { Vault } from './vault';

export interface NewCredential {
  readonly endpoint: EndpointOrigin;
  readonly region?: string | undefined;
  readonly projectId: string;
  readonly key: AccessKey;
}

export type KeyForRequest =
  | { readonly ok: true; readonly key: AccessKey; readonly profile: Profile }
  | { readonly ok: false; readonly error: LookError };

export class CredentialManager implements Disposable {
  private profiles: readonly Profile[] = [];
  /** One access to the file after the other. */
  private accesses: Promise<unknown> = Promise.resolve();
  /** Of credentials by profile id: refusals that could not be saved, and must be obeyed all the same. */
  private readonly unsavedRefusals = new Map<string, { readonly keyChangedAt: Instant; readonly refusal: Refusal }>();
  private reloadFailed = false;
  private readonly changes: Emitter<void>;
  private readonly refusals: Emitter<Profile>;
  /** Profiles came, went, were refused, or may be used again, in this window or another. */
  readonly onDidChange: Event<void>;
  /** The service refused a credential in this window; fires once for each refusal, after `onDidChange`. */
  readonly onDidRefuse: Event<Profile>;

  constructor(
    private readonly file: ProfileFile,
    private readonly vault: Vault,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    const report = (cause: unknown) => {
      log.error(`Telling of a change of credentials failed: ${String(cause)}`);
    };
    this.changes = new Emitter(report);
    this.refusals = new Emitter(report);
    this.onDidChange = this.changes.event;
    this.onDidRefuse = this.refusals.event;
  }

  all(): readonly Profile[] {
    return this.profiles;
  }

  /** What keeps one of these jobs from being asked for, where a refused credential does. */
  refusalFor(references: readonly JobReference[]): { readonly profile: Profile; readonly error: ElbError } | undefined {
    const profile = this.profiles.find(
      (each) => each.refusal !== undefined && references.some((reference) => isProfileOf(each, reference)),
    );
    return profile?.refusal === undefined ? undefined : { profile, error: profile.refusal.error };
  }

  /** Reads the profiles, which another window may have changed. Rejects where they cannot be read. */
  async reload(): Promise<void> {
    await this.access(() => this.file.load());
  }

  /** Signs in, or changes the key of the profile of that endpoint and project. Rejects where it cannot be kept. */
  async add({ endpoint, region, projectId, key }: NewCredential): Promise<Profile> {
    const profile: Profile = {
      id: profileId(endpoint, projectId),
      endpoint,
      region,
      projectId,
      accessKeyStart: shownStart(key.accessKey),
      keyChangedAt: this.clock.now(),
    };
    const before = await this.vault.read(profile.id);
    await this.vault.store(profile.id, key);
    try {
      await this.edit((profiles) => [...profiles.filter(({ id }) => id !== profile.id), profile]);
    } catch (cause) {
      // What was there stays, and no secret is left that nobody could remove.
      await (before === undefined ? this.vault.delete(profile.id) : this.vault.store(profile.id, before));
      throw cause;
    }
    this.log.info(`Signed in to project ${projectId} at ${endpoint}.`);
    return profile;
  }

  /** Removes the profile, then its secrets; rejects with a VaultError where those stay, else where both do. */
  async signOut({ id, projectId, endpoint }: Profile): Promise<void> {
    await this.edit((profiles) => profiles.filter((profile) => profile.id !== id));
    await this.vault.delete(id);
    this.log.info(`Signed out of project ${projectId} at ${endpoint}.`);
  }

  /** The person wants a refused credential to be used again, in all projects that it was refused for at once. */
  async tryAgain({ id }: Profile): Promise<void> {
    this.unsavedRefusals.clear();
    await this.edit((profiles) => {
      const at = profiles.find((profile) => profile.id === id)?.refusal?.at;
      return profiles.map((profile) => (profile.refusal?.at === at ? { ...profile, refusal: undefined } : profile));
    });
  }

  async keyFor(reference: JobReference): Promise<KeyForRequest> {
    // Another window may have been refused a moment ago: asking once more is what locks a key.
    await this.reload().catch((cause: unknown) => {
      if (!this.reloadFailed) this.log.error(`The profiles could not be read again: ${String(cause)}`);
      this.reloadFailed = true;
    });
    const profile = this.profiles.find((known) => isProfileOf(known, reference));
    if (profile === undefined) return credentialError('signed-out');
    if (profile.refusal !== undefined) return { ok: false, error: profile.refusal.error };
    try {
      const key = await this.vault.read(profile.id);
      return key === undefined ? credentialError('keys-lost') : { ok: true, key, profile };
    } catch (cause) {
      return credentialError('keys-unreadable', reasonOf(cause));
    }
  }

  /**
   * Stops a credential that the service refused, also for later sessions, unless it was changed meanwhile.
   * A key that is refused in one project is refused in all of them, and locks after five failures.
   */
  async refuse(refused: Profile, key: AccessKey, error: ElbError): Promise<void> {
    const refusal: Refusal = { at: this.clock.now(), error };
    const isMeant = ({ id, keyChangedAt }: Profile) => id === refused.id && keyChangedAt === refused.keyChangedAt;
    if (!this.profiles.some(isMeant)) return;
    const sharing = isOfTheKey(error) ? await this.profilesWith(key) : new Set();
    const stop = (profiles: readonly Profile[]) =>
      profiles.map((profile) =>
        profile.refusal === undefined && (isMeant(profile) || sharing.has(profile.id))
          ? { ...profile, refusal }
          : profile,
      );
    try {
      await this.edit(stop);
    } catch (cause) {
      this.log.error(`The refusal of a credential could not be saved: ${String(cause)}`);
      for (const { id, keyChangedAt, refusal: present } of stop(this.profiles)) {
        if (present === refusal) this.unsavedRefusals.set(id, { keyChangedAt, refusal });
      }
      this.adopt(this.profiles);
    }
    // Another request of that key may have been refused a moment before; one notice is enough.
    const stopped = this.profiles.find(({ id, refusal: present }) => id === refused.id && present === refusal);
    if (stopped !== undefined) this.refusals.fire(stopped);
  }

  dispose(): void {
    this.changes.dispose();
    this.refusals.dispose();
  }

  private async profilesWith(key: AccessKey): Promise<ReadonlySet<string>> {
    const sharing = new Set<string>();
    for (const { id } of this.profiles) {
      const other = await this.vault.read(id).catch(() => undefined);
      if (other !== undefined && isSameKey(other, key)) sharing.add(id);
    }
    return sharing;
  }

  /** Changes what the file holds now, which may be more than this window knows. */
  private async edit(change: (profiles: readonly Profile[]) => readonly Profile[]): Promise<void> {
    await this.access(async () => {
      const profiles = change(await this.file.load());
      await this.file.save(profiles);
      return profiles;
    });
  }

  private async access(action: () => Promise<readonly Profile[]>): Promise<void> {
    const access = this.accesses.then(action);
    this.accesses = access.catch(() => undefined);
    this.adopt(await access);
  }

  private adopt(loaded: readonly Profile[]): void {
    const profiles = loaded.map((profile) => {
      const unsaved = this.unsavedRefusals.get(profile.id);
      const holds = profile.refusal === undefined && unsaved?.keyChangedAt === profile.keyChangedAt;
      return holds ? { ...profile, refusal: unsaved.refusal } : profile;
    });
    if (JSON.stringify(profiles) === JSON.stringify(this.profiles)) return;
    this.profiles = profiles;
    this.changes.fire();
  }
}

/** Whether the service refused the key itself, and not its use in one project or region. */
function isOfTheKey({ kind }: ElbError): boolean {
  return kind !== 'gateway-forbidden' && kind !== 'api-absent';
}

function isSameKey(a: AccessKey, b: AccessKey): boolean {
  return a.accessKey === b.accessKey && a.secretKey === b.secretKey && a.securityToken === b.securityToken;
}

function credentialError(kind: CredentialError['kind'], message?: string): KeyForRequest {
  return { ok: false, error: { kind, message } };
}

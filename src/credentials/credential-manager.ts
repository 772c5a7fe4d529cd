/** Knows who is signed in to what, hands out keys for a request, and stops a credential that was refused. */
import type { EndpointOrigin } from '../elb/endpoint';
import type { ElbError } from '../elb/error';
import type { AccessKey } from '../elb/signer';
import type { Disposable } from '../jobs/disposable';
import { Emitter, type Event } from '../jobs/emitter';
import type { JobReference } from '../jobs/job-reference';
import type { CredentialError, LookError } from '../jobs/look-error';
import type { Clock } from '../jobs/clock';
import type { Log } from '../jobs/log';
import { type Profile, profileId, type Refusal } from './profile';
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

/** Characters of an access key that may be shown. */
const SHOWN_OF_ACCESS_KEY = 4;

export class CredentialManager implements Disposable {
  private profiles: readonly Profile[] = [];
  private edits: Promise<unknown> = Promise.resolve();
  private readonly changes = new Emitter<void>();
  private readonly refusals = new Emitter<Profile>();
  /** Profiles came, went, or may be used again. */
  readonly onDidChange: Event<void> = this.changes.event;
  /** The service refused a credential; fires once for each refusal. */
  readonly onDidRefuse: Event<Profile> = this.refusals.event;

  constructor(
    private readonly file: ProfileFile,
    private readonly vault: Vault,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Reads the profiles. Until then nobody is signed in. */
  async open(): Promise<void> {
    this.profiles = await this.file.load();
    this.changes.fire();
  }

  all(): readonly Profile[] {
    return this.profiles;
  }

  /** Signs in, or changes the key of the profile of that endpoint and project. Rejects where it cannot be kept. */
  async add({ endpoint, region, projectId, key }: NewCredential): Promise<Profile> {
    const profile: Profile = {
      id: profileId(endpoint, projectId),
      endpoint,
      region,
      projectId,
      accessKeyStart: key.accessKey.slice(0, SHOWN_OF_ACCESS_KEY),
      keyChangedAt: this.clock.now(),
    };
    await this.vault.store(profile.id, key);
    await this.edit((profiles) => [...profiles.filter(({ id }) => id !== profile.id), profile]);
    this.log.info(`Signed in to project ${projectId} at ${endpoint}.`);
    this.changes.fire();
    return profile;
  }

  /** Removes the profile and its secrets. */
  async signOut({ id, projectId, endpoint }: Profile): Promise<void> {
    await this.vault.delete(id);
    await this.edit((profiles) => profiles.filter((profile) => profile.id !== id));
    this.log.info(`Signed out of project ${projectId} at ${endpoint}.`);
    this.changes.fire();
  }

  /** The person wants a refused credential to be used again. */
  async tryAgain({ id }: Profile): Promise<void> {
    await this.edit((profiles) =>
      profiles.map((profile) => (profile.id === id ? { ...profile, refusal: undefined } : profile)),
    );
    this.changes.fire();
  }

  async keyFor({ endpoint, projectId }: JobReference): Promise<KeyForRequest> {
    const profile = this.profiles.find(({ id }) => id === profileId(endpoint, projectId));
    if (profile === undefined) return credentialError('signed-out');
    if (profile.refusal !== undefined) return { ok: false, error: profile.refusal.error };
    try {
      const key = await this.vault.read(profile.id);
      return key === undefined ? credentialError('keys-lost') : { ok: true, key, profile };
    } catch (cause) {
      return credentialError('keys-unreadable', cause instanceof Error ? cause.message : String(cause));
    }
  }

  /** Stops a credential that the service refused, also for later sessions, unless it was changed meanwhile. */
  async refuse(refused: Profile, error: ElbError): Promise<void> {
    const refusal: Refusal = { at: this.clock.now(), error };
    const stop = (profiles: readonly Profile[]) =>
      profiles.map((profile) =>
        profile.id === refused.id && profile.keyChangedAt === refused.keyChangedAt ? { ...profile, refusal } : profile,
      );
    try {
      await this.edit(stop);
    } catch (cause) {
      this.log.error(`The refusal of a credential could not be saved: ${String(cause)}`);
      this.profiles = stop(this.profiles);
    }
    const stopped = this.profiles.find((profile) => profile.refusal === refusal);
    if (stopped !== undefined) this.refusals.fire(stopped);
  }

  dispose(): void {
    this.changes.dispose();
    this.refusals.dispose();
  }

  /** One edit after the other, each of what the file holds now: another window may have signed in meanwhile. */
  private async edit(change: (profiles: readonly Profile[]) => readonly Profile[]): Promise<void> {
    const edit = this.edits.then(async () => {
      const profiles = change(await this.file.load());
      await this.file.save(profiles);
      this.profiles = profiles;
    });
    this.edits = edit.catch(() => undefined);
    await edit;
  }
}

function credentialError(kind: CredentialError['kind'], message?: string): KeyForRequest {
  return { ok: false, error: { kind, message } };
}

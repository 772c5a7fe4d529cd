/** Hands out the credential for a request, and stops a credential that the service refused. */
import type { Instant } from '../base/clock';
import type { Disposable } from '../base/disposable';
import { Emitter, type Event } from '../base/emitter';
import type { Credential } from '../cloud/http/credential';
import type { ElbError } from '../cloud/http/error';
import { type PollError, refusesCredential, type RequestError } from '../jobs/model/poll-error';
import { isSameProject, type ProjectReference } from '../jobs/model/project';
import type { WindowContext } from '../storage/window-context';
import type { CredentialReader } from './credential-reader';
import { isInSecretStorage, type Profile } from './profiles/profile';
import type { UnreadableProfile } from './profiles/profile-entries';
import type { ProfileStore } from './profile-store';
import { isRefusal, type Refusal } from './refusals/refusal';
import type { RefusedUse, Refusals } from './refusals/refusals';
import type { SignInFailures } from './refusals/sign-in-failures';
import type { KeyHash, KeyUse } from './secrets/key-hash';

type CredentialManagerParts = Pick<WindowContext, 'clock' | 'log'> & {
  readonly profiles: ProfileStore;
  readonly reader: CredentialReader;
  readonly keyHash: KeyHash;
  readonly refusals: Refusals;
  readonly failures: SignInFailures;
};

/** The credential that a request is made with. */
export interface CredentialInUse {
  readonly credential: Credential;
  readonly use: KeyUse;
  readonly profile: Profile;
}

type CredentialForRequest =
  ({ readonly ok: true } & CredentialInUse) | { readonly ok: false; readonly error: PollError };

export class CredentialManager implements Disposable {
  /** Adds, changes and removes profiles. */
  readonly profiles: ProfileStore;
  /** By profile id: when a credential outside the editor expires, as last read. */
  private readonly expiries = new Map<string, Instant | undefined>();
  private readonly newRefusals: Emitter<Profile>;
  /** See ProfileStore. */
  readonly onDidChange: Event<void>;
  /** Fires once for each credential that the service refuses in this window, after `onDidChange`. */
  readonly onDidRefuse: Event<Profile>;

  constructor(private readonly parts: CredentialManagerParts) {
    this.profiles = parts.profiles;
    this.newRefusals = new Emitter((cause) => {
      parts.log.error(`A listener to refusals of credentials failed: ${String(cause)}`);
    });
    this.onDidChange = this.profiles.onDidChange;
    this.onDidRefuse = this.newRefusals.event;
  }

  /** The default comes first. */
  all(): readonly Profile[] {
    return this.profiles.all();
  }

  /** See ProfileStore. */
  get unreadable(): readonly UnreadableProfile[] {
    return this.profiles.unreadable;
  }

  profileOf(project: ProjectReference): Profile | undefined {
    return this.profiles.of(project);
  }

  /** @returns when the credential expires, if that is known. */
  endOf({ id, source, expiresAt }: Profile): Instant | undefined {
    return isInSecretStorage(source) ? expiresAt : this.expiries.get(id);
  }

  /** @returns the first refused credential that one of these jobs or projects needs. */
  refusalFor(
    references: readonly ProjectReference[],
  ): { readonly profile: Profile; readonly error: RequestError } | undefined {
    const profile = this.all().find(
      (each) => each.refusal !== undefined && references.some((reference) => isSameProject(each, reference)),
    );
    return profile?.refusal === undefined ? undefined : { profile, error: profile.refusal.error };
  }

  /**
   * Lifts the refusal of a credential in all windows and projects, and lets it fail once more. Call it only if a person
   * chooses to try again.
   * @returns the error if its keys cannot be read.
   */
  async tryAgain(profile: Profile): Promise<PollError | undefined> {
    const reading = await this.parts.reader.read(profile);
    if (!reading.ok) return reading.error;
    await this.agree(await this.parts.keyHash.useOf(reading.credential));
    return undefined;
  }

  /** As `tryAgain`, for a key that need not be a profile's. Rejects if the key stays refused. */
  async agree(use: KeyUse): Promise<void> {
    await this.parts.refusals.lift(use.keyHash);
    await this.parts.failures.agree(use);
    await this.profiles.reload();
  }

  /** @returns the refusal of the key itself, by this window or another. Never rejects. */
  async refusalOfKey(keyHash: string): Promise<Refusal | undefined> {
    await this.parts.refusals.refresh();
    return this.parts.refusals.find(keyHash);
  }

  /**
   * Reads the current credential for a request. The error is `signed-out` if the project has no profile that this
   * version can read.
   */
  async credentialFor(project: ProjectReference): Promise<CredentialForRequest> {
    // Another window's request may have been refused a moment ago: one more request could lock the key.
    await this.profiles.refresh();
    const profile = this.profiles.of(project);
    if (profile === undefined) return { ok: false, error: { kind: 'signed-out' } };
    const reading = await this.parts.reader.read(profile);
    if (!reading.ok) return reading;
    const { credential } = reading;
    this.expiries.set(profile.id, reading.expiresAt);
    const use = await this.parts.keyHash.useOf(credential);
    await this.profiles.noteKey(profile, use);
    const refusal = await this.parts.refusals.find(use.keyHash, profile.id);
    if (refusal !== undefined) return { ok: false, error: refusal.error };
    const block = await this.parts.failures.blockOf(use);
    return block === undefined
      ? { ok: true, credential, use, profile }
      : { ok: false, error: { kind: 'too-many-failures', ...block } };
  }

  /**
   * Stops a credential that the service refused, in all windows and later sessions.
   * A key that is refused in one project is refused in all of them, and locks after five failures.
   */
  async refuse({ use, profile }: Pick<CredentialInUse, 'use' | 'profile'>, error: ElbError): Promise<void> {
    const { keyHash } = use;
    const refused = refusesCredential(error) ? { keyHash } : { keyHash, profileId: profile.id };
    await this.addRefusal(refused, error, ({ id }) => id === profile.id);
  }

  /** As `refuse`, for a key that need not be a profile's. */
  async refuseKey(keyHash: string, error: ElbError): Promise<void> {
    await this.addRefusal({ keyHash }, error, () => true);
  }

  /** As `refuse`, for a credential that a person tested. Does nothing after any other error. */
  async noteRefused(profile: Profile, credential: Credential, error: PollError): Promise<void> {
    if (!isRefusal(error)) return;
    await this.refuse({ use: await this.parts.keyHash.useOf(credential), profile }, error);
  }

  private async addRefusal(
    refused: RefusedUse,
    error: ElbError,
    isConcerned: (profile: Profile) => boolean,
  ): Promise<void> {
    const { refusals, clock } = this.parts;
    const refusal: Refusal = { at: clock.now(), error };
    const isNew = await refusals.add(refused, refusal);
    await this.profiles.refresh();
    // An earlier request with this key may have been refused already, or the key may have been changed meanwhile.
    const stopped = this.all().find((profile) => isConcerned(profile) && profile.refusal?.at === refusal.at);
    if (isNew && stopped !== undefined) this.newRefusals.fire(stopped);
  }

  dispose(): void {
    this.newRefusals.dispose();
  }
}

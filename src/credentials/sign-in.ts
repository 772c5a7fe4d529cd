/** The requests of a sign-in, each sent for a person: for the projects, the token, and the test of a credential. */
import { createHmac, randomBytes } from 'node:crypto';
import type { Clock, Instant } from '../base/clock';
import { SharedRuns } from '../base/shared-runs';
import { SECOND } from '../base/time-units';
import type { ElbClient } from '../cloud/api/elb-client';
import type { IamClient, PasswordSignIn, Project, ScopedToken, TokenScope } from '../cloud/api/iam-client';
import type { Credential } from '../cloud/http/credential';
import { type ElbError, failure, type Result } from '../cloud/http/error';
import type { EndpointOrigin } from '../cloud/places/endpoint';
import type { Place } from '../cloud/places/parse-place';
import { iamEndpointOfRegion, regionOfEndpoint } from '../cloud/places/regions';
import type { RequestError } from '../jobs/model/poll-error';
import type { ProjectReference } from '../jobs/model/project';
import type { CredentialManager } from './credential-manager';
import type { GuardedRequests } from './guarded-requests';
import type { Refusal } from './refusals/refusal';
import type { KeyHash, KeyUse } from './secrets/key-hash';

interface SignInParts {
  readonly iam: IamClient;
  readonly elb: ElbClient;
  readonly requests: GuardedRequests;
  readonly credentials: Pick<CredentialManager, 'refusalOfKey' | 'refuseKey' | 'agree'>;
  readonly keyHash: Pick<KeyHash, 'useOf' | 'useOfUser'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Why nothing is sent with a credential until a person agrees. */
export type SignInObstacle =
  /** The service refused it before. */
  | { readonly kind: 'refused'; readonly at: Instant; readonly error: ElbError }
  /** Too many sign-ins with the same access key, token or user failed. If IAM itself locked the user, a person cannot agree. */
  | { readonly kind: 'too-many-failures'; readonly until: Instant; readonly isLocked?: boolean | undefined };

/** A person waits for the response. */
const TIMEOUT_MS = 30 * SECOND;
/** Passwords of this session that were refused. */
const MAX_REFUSED_PASSWORDS = 100;

/**
 * Sends nothing with a refused credential, nor after too many failures: the methods then return that error. Equal calls
 * at the same time are one request.
 */
export class SignIn {
  /** By a hash of the user and the password that is useless after this session, and in no file. */
  private readonly refusedPasswords = new Map<string, Refusal>();
  private readonly sessionSalt = randomBytes(32);
  private readonly runs = new SharedRuns();

  constructor(private readonly parts: SignInParts) {}

  /** @returns why the methods below would send nothing with this credential. A person may agree to send it. Never rejects. */
  async obstacleTo(credential: Credential): Promise<SignInObstacle | undefined> {
    return this.obstacleOf(await this.parts.keyHash.useOf(credential));
  }

  /** As `obstacleTo`. Only the refused passwords of this session are known. */
  async obstacleToPassword(signIn: PasswordSignIn): Promise<SignInObstacle | undefined> {
    return this.obstacleOfPassword(await this.parts.keyHash.useOfUser(signIn), this.sessionHash(signIn));
  }

  /** Lets a credential that has an obstacle fail once more. Call it only after a person answered a question. Rejects if that cannot be saved. */
  async agree(credential: Credential): Promise<void> {
    await this.parts.credentials.agree(await this.parts.keyHash.useOf(credential));
  }

  /** As `agree`. */
  async agreeToPassword(signIn: PasswordSignIn): Promise<void> {
    this.refusedPasswords.delete(this.sessionHash(signIn));
    await this.parts.requests.agree(await this.parts.keyHash.useOfUser(signIn));
  }

  /** @returns the projects that the credential sees in the place's region, the region's own first; all if it has no region. */
  async projectsOf(
    { region }: Place,
    iamEndpoint: EndpointOrigin,
    credential: Credential,
  ): Promise<Result<readonly Project[], RequestError>> {
    const listed = await this.request(['projects', iamEndpoint], credential, (signal) =>
      this.parts.iam.listProjects({ iamEndpoint }, credential, signal),
    );
    if (!listed.ok || region === undefined) return listed;
    const isOfRegion = ({ name }: Project) => name === region || name.startsWith(`${region}_`);
    const projects = listed.value.filter(isOfRegion);
    return { ok: true, value: projects.sort((a, b) => a.name.length - b.name.length) };
  }

  /** Uses the password for this request only. */
  async tokenBy(signIn: PasswordSignIn): Promise<Result<ScopedToken, RequestError>> {
    const use = await this.parts.keyHash.useOfUser(signIn);
    const password = this.sessionHash(signIn);
    return this.shared(['token', password, signIn.project], use, {
      send: (signal) => this.parts.iam.createToken(signIn, signal),
      obstacle: () => this.obstacleOfPassword(use, password),
      refused: (error) => {
        // The password of a locked user may be right: it is not sent meanwhile, and needs no question afterwards.
        if (error.reason !== 'user-locked') this.rememberPassword(password, { at: this.parts.clock.now(), error });
        return Promise.resolve();
      },
      // The next password may be another one.
      isKeyRemembered: false,
    });
  }

  /** @returns the token's expiry and project. */
  showToken(iamEndpoint: EndpointOrigin, token: string): Promise<Result<TokenScope, RequestError>> {
    return this.request(['scope', iamEndpoint], { token }, (signal) =>
      this.parts.iam.showToken({ iamEndpoint, token }, signal),
    );
  }

  /**
   * Lists the project's jobs once. A caller who may not list jobs passes: it may still show single jobs.
   * @returns the error, for the person; it is not retried, except for a signature with a corrected time.
   */
  async verify({ endpoint, projectId }: ProjectReference, credential: Credential): Promise<RequestError | undefined> {
    const result = await this.request(['jobs', endpoint, projectId], credential, async (signal) => {
      const pages = this.parts.elb.listJobs({ endpoint, projectId, limit: 1, maxPages: 1 }, credential, signal);
      const { value } = await pages.next();
      return value ?? failure('malformed');
    });
    return result.ok || result.error.kind === 'forbidden' ? undefined : result.error;
  }

  private async request<T>(
    name: readonly string[],
    credential: Credential,
    send: SignInRequest<T>['send'],
  ): Promise<Result<T, RequestError>> {
    const use = await this.parts.keyHash.useOf(credential);
    return this.shared([...name, use.keyHash], use, {
      send,
      obstacle: () => this.obstacleOf(use),
      refused: (error) => this.parts.credentials.refuseKey(use.keyHash, error),
      isKeyRemembered: true,
    });
  }

  /** @param name equal for equal requests */
  private shared<T>(
    name: readonly unknown[],
    use: KeyUse,
    request: SignInRequest<T>,
  ): Promise<Result<T, RequestError>> {
    return this.runs.run(JSON.stringify(name), () => this.guarded(use, request));
  }

  private async guarded<T>(
    use: KeyUse,
    { send, obstacle, ...request }: SignInRequest<T>,
  ): Promise<Result<T, RequestError>> {
    const errorOfObstacle = async () => {
      const found = await obstacle();
      return found?.kind === 'refused' ? found.error : found;
    };
    for (;;) {
      const error = await errorOfObstacle();
      if (error !== undefined) return { ok: false, error };
      const result = await this.parts.requests.run(use, {
        ...request,
        // The time that the request waits for others does not count.
        send: () => send(AbortSignal.timeout(TIMEOUT_MS)),
        obstacle: errorOfObstacle,
      });
      if (result !== undefined) return result;
    }
  }

  private async obstacleOf(use: KeyUse): Promise<SignInObstacle | undefined> {
    const refusal = await this.parts.credentials.refusalOfKey(use.keyHash);
    return refusal === undefined ? this.blockOf(use) : { kind: 'refused', ...refusal };
  }

  private async obstacleOfPassword(use: KeyUse, password: string): Promise<SignInObstacle | undefined> {
    const refusal = this.refusedPasswords.get(password);
    return refusal === undefined ? this.blockOf(use) : { kind: 'refused', ...refusal };
  }

  private async blockOf(use: KeyUse): Promise<SignInObstacle | undefined> {
    const block = await this.parts.requests.blockOf(use);
    return block === undefined ? undefined : { kind: 'too-many-failures', ...block };
  }

  private rememberPassword(password: string, refusal: Refusal): void {
    const [oldest] = this.refusedPasswords.keys();
    if (this.refusedPasswords.size >= MAX_REFUSED_PASSWORDS && oldest !== undefined)
      this.refusedPasswords.delete(oldest);
    this.refusedPasswords.set(password, refusal);
  }

  private sessionHash({ iamEndpoint, domain, user, password, mfa }: PasswordSignIn): string {
    // With another passcode, a refused password may be accepted.
    const facts = JSON.stringify([iamEndpoint, domain, user, password, mfa?.userId, mfa?.passcode]);
    return createHmac('sha256', this.sessionSalt).update(facts).digest('hex');
  }
}

interface SignInRequest<T> {
  readonly send: (signal: AbortSignal) => Promise<Result<T>>;
  readonly obstacle: () => Promise<SignInObstacle | undefined>;
  readonly refused: (error: ElbError) => Promise<void>;
  readonly isKeyRemembered: boolean;
}

/** @returns the IAM endpoint of a place; undefined if it cannot be known. */
export function iamEndpointOf({ endpoint }: Pick<Place, 'endpoint'>): EndpointOrigin | undefined {
  // A private cloud may use the names of Huawei's regions.
  const region = regionOfEndpoint(endpoint);
  if (region !== undefined) return iamEndpointOfRegion(region);
  // A simulator on this computer serves all services.
  return endpoint.startsWith('http://') ? endpoint : undefined;
}

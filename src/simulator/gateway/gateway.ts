/** The simulated API gateway: authenticates callers and authorizes them for a project. */
import { notAuthenticated, Refusal } from '../http/simulated-response';
import type { CloudRequest } from '../http/cloud-request';
import type { KeyRing } from './key-ring';
import { parseAuthorization } from './signature';
import type { TokenDesk } from './token-desk';

export interface Caller {
  /** The access key, or the user's name. */
  readonly name: string;
  readonly projectIds: readonly string[];
}

export class Gateway {
  readonly #keys: KeyRing;
  readonly #tokens: TokenDesk;

  constructor(keys: KeyRing, tokens: TokenDesk) {
    this.#keys = keys;
    this.#tokens = tokens;
  }

  /** @throws Refusal 401 APIGW.0301 without a valid signature or token. */
  authenticate(request: CloudRequest): Caller {
    const signed = request.headers['authorization'];
    if (signed !== undefined) {
      const authorization = parseAuthorization(signed);
      if (!authorization) throw notAuthenticated('Unauthorized');
      const { accessKey: name, projectIds } = this.#keys.verify(request, authorization);
      return { name, projectIds };
    }
    const token = request.headers['x-auth-token'];
    if (token === undefined) throw notAuthenticated('x-auth-token not found');
    const { user, projectIds } = this.#tokens.verify(token, request.receivedAt);
    return { name: user.name, projectIds };
  }

  /**
   * Checks that the caller may act in the path's project, and that `X-Project-Id`, if present, names the same project.
   * The real gateway's response is not published; this is its documented 403.
   * @throws Refusal 403 APIGW.0302
   */
  authorize(caller: Caller, request: CloudRequest, projectId: string): void {
    const named = request.headers['x-project-id'] ?? projectId;
    if (named !== projectId || !caller.projectIds.includes(projectId)) {
      throw new Refusal(403, 'APIGW.0302', 'The IAM user is not authorized to access the API.');
    }
  }
}

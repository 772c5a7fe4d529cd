/** The simulated IAM APIs: list projects, create a token with a password, show a token's scope. */
import { type SimulatedResponse, IamRefusal, jsonResponse } from '../http/simulated-response';
import { type CloudRequest, queryPairs } from '../http/cloud-request';
import { Fields } from '../base/fields';
import type { Caller } from '../gateway/gateway';
import { InputError } from '../base/input-error';
import { formatIamTime, type SignInAttempt, type Token, type TokenDesk } from '../gateway/token-desk';

export interface Project {
  /** 32 lower-case letters and digits. */
  readonly id: string;
  /** The region's id, or for a sub-project `{region}_{name}`, e.g. `cn-north-4_team`. */
  readonly name: string;
}

export class Iam {
  readonly #projects: readonly Project[];
  readonly #tokens: TokenDesk;
  readonly #domainId: string;

  constructor(projects: readonly Project[], tokens: TokenDesk, domainId: string) {
    this.#projects = projects;
    this.#tokens = tokens;
    this.#domainId = domainId;
  }

  /** `GET /v3/projects?name=`: the caller's projects, with exactly that name if one is given. */
  listProjects(caller: Caller, request: CloudRequest, traceId: string): SimulatedResponse {
    const name = queryPairs(request.query).find(([key]) => key === 'name')?.[1];
    const projects = this.#projects
      .filter((project) => caller.projectIds.includes(project.id) && (name ?? project.name) === project.name)
      .map((project) => ({
        domain_id: this.#domainId,
        is_domain: false,
        parent_id: this.#domainId,
        name: project.name,
        description: '',
        links: { self: `/v3/projects/${project.id}` },
        id: project.id,
        enabled: true,
      }));
    const links = { self: '/v3/projects', previous: null, next: null };
    return jsonResponse(200, { links, projects }, { 'X-IAM-Trace-Id': traceId });
  }

  /**
   * `POST /v3/auth/tokens` with the methods password, or password and totp, and a project as scope: 201, the token in
   * `X-Subject-Token`.
   * @throws IamRefusal 400 for an invalid body, 401 for a user who may not sign in, or another user's project.
   */
  createToken(request: CloudRequest, traceId: string): SimulatedResponse {
    const requested = readTokenRequest(request.body);
    const user = this.#tokens.signIn(requested, request.receivedAt);
    const project = this.#projects.find(
      ({ id, name }) => user.projectIds.includes(id) && (id === requested.project || name === requested.project),
    );
    if (!project) throw new IamRefusal(401, 'The token scope is not a project of the user.');
    const token = this.#tokens.issue(user, project.id, request.receivedAt);
    const body = { token: { ...this.#describe(token), catalog: [] } };
    return jsonResponse(201, body, { 'X-Subject-Token': token.text, 'X-IAM-Trace-Id': traceId });
  }

  /**
   * `GET /v3/auth/tokens`: the scope of the token in `X-Subject-Token`, for its own user, whose token is in
   * `X-Auth-Token`. The statuses are documented; the messages are not published.
   * @throws IamRefusal 401 for an invalid `X-Auth-Token`, 400 for a missing, 404 for an invalid `X-Subject-Token`, 403 for
   * another user's.
   */
  showToken({ headers, query, receivedAt }: CloudRequest, traceId: string): SimulatedResponse {
    const caller = this.#tokens.find(headers['x-auth-token'] ?? '', receivedAt);
    if (!caller) throw new IamRefusal(401, 'The request you have made requires authentication.');
    const text = headers['x-subject-token'];
    if (text === undefined) throw new IamRefusal(400, 'X-Subject-Token is missing.');
    const token = this.#tokens.find(text, receivedAt);
    if (!token) throw new IamRefusal(404, 'Could not find token.');
    if (token.user !== caller.user) throw new IamRefusal(403, 'The token is of another user.');
    const hidesCatalog = queryPairs(query).some(([name, value]) => name === 'nocatalog' && value !== '');
    const body = { token: { ...this.#describe(token), ...(hidesCatalog ? {} : { catalog: [] }) } };
    return jsonResponse(200, body, { 'X-Subject-Token': token.text, 'X-IAM-Trace-Id': traceId });
  }

  #describe({ user, projectIds: [projectId], issuedAt, expiresAt }: Token) {
    const domain = { id: this.#domainId, name: user.domain };
    return {
      expires_at: formatIamTime(expiresAt),
      methods: user.secondFactor === undefined ? ['password'] : ['password', 'totp'],
      roles: [],
      project: { domain, ...this.#projects.find(({ id }) => id === projectId) },
      issued_at: formatIamTime(issuedAt),
      user: { domain, id: user.mfa?.userId ?? '', name: user.name, password_expires_at: '' },
    };
  }
}

/** Reads the body of a token request; its scope has the project's id or name, as in the real IAM. */
function readTokenRequest(body: Uint8Array): SignInAttempt & { readonly project: string } {
  try {
    const auth = Fields.parse(body).object('auth');
    const identity = auth.object('identity');
    const user = identity.object('password').object('user');
    const totp = identity.has('totp') ? identity.object('totp').object('user') : undefined;
    const project = auth.object('scope').object('project');
    return {
      domain: user.object('domain').text('name'),
      name: user.text('name'),
      password: user.text('password'),
      mfa: totp && { userId: totp.text('id'), passcode: totp.text('passcode') },
      project: project.optionalText('id') ?? project.text('name'),
    };
  } catch (error) {
    if (error instanceof InputError) throw new IamRefusal(400, error.message);
    throw error;
  }
}

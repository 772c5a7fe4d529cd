/** A client of IAM: lists projects, creates a token with a password, and shows a token's scope. */
// Why valita: see ./json-schema.
import * as v from '@badrap/valita';
import type { CloudApi } from '../http/cloud-api';
import type { Credential, IamToken } from '../http/credential';
import type { EndpointOrigin } from '../places/endpoint';
import { type ElbError, failure, type Result } from '../http/error';
import type { HttpResponse } from '../http/transport';
import { parseTimestamp } from '../http/timestamps';
import { refusalOfPassword } from './iam-refusals';
import { optionalText, parseJson } from './json-schema';

/** As documented, not the usual `charset=utf-8`. */
const JSON_CONTENT = { 'Content-Type': 'application/json;charset=utf8' };

/** Enough for hundreds of projects, or a token's catalogue. */
const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;

const projectsSchema = v.object({
  projects: v.array(v.object({ id: v.string(), name: v.string(), enabled: v.union(v.boolean(), v.null()).optional() })),
});
const named = v.object({ name: optionalText });
const tokenSchema = v.object({
  token: v.object({
    expires_at: v.string(),
    project: v.union(v.object({ id: optionalText, name: optionalText }), v.null()).optional(),
    user: v.union(v.object({ name: optionalText, domain: v.union(named, v.null()).optional() }), v.null()).optional(),
    domain: v.union(named, v.null()).optional(),
  }),
});

export interface Project {
  readonly id: string;
  /** The region's id for its main project, `{region}_{name}` for a sub-project. */
  readonly name: string;
}

/** The password and the passcode are used for this request only and are not stored. */
export interface PasswordSignIn {
  readonly iamEndpoint: EndpointOrigin;
  /** Name of the account that the user belongs to. */
  readonly domain: string;
  readonly user: string;
  readonly password: string;
  readonly project: { readonly id: string } | { readonly name: string };
  /** If the user has virtual MFA. IAM then needs the user's id, too. */
  readonly mfa?: { readonly userId: string; readonly passcode: string } | undefined;
}

/** The project that a token is for, its user and its expiry. */
export interface TokenScope {
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Missing if the token is for an account rather than a project. */
  readonly projectId?: string | undefined;
  readonly projectName?: string | undefined;
  readonly userName?: string | undefined;
  /** Name of the account that the user belongs to. */
  readonly domainName?: string | undefined;
}

export interface ScopedToken extends IamToken, TokenScope {
  readonly expiresAt: number;
}

export class IamClient {
  constructor(private readonly api: CloudApi) {}

  /** `GET /v3/projects?name=`: the enabled projects of that name, by default all that the credential may see. */
  async listProjects(
    { iamEndpoint, name }: { readonly iamEndpoint: EndpointOrigin; readonly name?: string },
    credential: Credential,
    signal: AbortSignal,
  ): Promise<Result<readonly Project[]>> {
    return this.api.get(
      {
        endpoint: iamEndpoint,
        path: '/v3/projects',
        query: name === undefined ? {} : { name },
        maxResponseBytes: MAX_RESPONSE_BYTES,
        read: readProjects,
      },
      credential,
      signal,
    );
  }

  /** `POST /v3/auth/tokens` with a password, and with the passcode of virtual MFA if there is one. */
  async createToken(signIn: PasswordSignIn, signal: AbortSignal): Promise<Result<ScopedToken>> {
    return this.api.post(
      {
        endpoint: signIn.iamEndpoint,
        path: '/v3/auth/tokens',
        headers: JSON_CONTENT,
        body: JSON.stringify(passwordRequest(signIn)),
        secrets: { hidden: [signIn.password, signIn.mfa?.passcode] },
        refusalOf: (error) => refusalOfPassword(error, signIn.mfa !== undefined),
        maxResponseBytes: MAX_RESPONSE_BYTES,
        read: readToken,
      },
      signal,
    );
  }

  /** `GET /v3/auth/tokens`, authenticated by the token itself: that needs no permission. */
  async showToken(
    { iamEndpoint, token }: { readonly iamEndpoint: EndpointOrigin; readonly token: string },
    signal: AbortSignal,
  ): Promise<Result<TokenScope>> {
    const result = await this.api.get(
      {
        endpoint: iamEndpoint,
        path: '/v3/auth/tokens',
        query: { nocatalog: 'true' },
        headers: { ...JSON_CONTENT, 'X-Subject-Token': token },
        maxResponseBytes: MAX_RESPONSE_BYTES,
        read: readTokenScope,
      },
      { token },
      signal,
    );
    return result.ok ? result : { ok: false, error: errorOfSubjectToken(result.error) };
  }
}

function readProjects({ body }: HttpResponse): Result<readonly Project[]> {
  const parsed = parseJson(projectsSchema, body);
  if (!parsed.ok) return parsed;
  const enabled = parsed.value.projects.filter((project) => project.enabled !== false);
  return { ok: true, value: enabled.map(({ id, name }) => ({ id, name })) };
}

function readToken({ headers, body }: HttpResponse): Result<ScopedToken> {
  const shown = readTokenScope({ body });
  if (!shown.ok) return shown;
  const token = headers['x-subject-token'];
  if (token === undefined || token === '') return failure('malformed', { message: 'X-Subject-Token is missing.' });
  return { ok: true, value: { token, ...shown.value } };
}

function readTokenScope({ body }: Pick<HttpResponse, 'body'>): Result<TokenScope> {
  const parsed = parseJson(tokenSchema, body);
  if (!parsed.ok) return parsed;
  const { expires_at: end, project, user, domain } = parsed.value.token;
  const expiresAt = parseTimestamp(end);
  if (expiresAt === undefined) return failure('malformed', { message: 'token.expires_at: not a time' });
  return {
    ok: true,
    value: {
      expiresAt,
      projectId: nonEmpty(project?.id),
      projectName: nonEmpty(project?.name),
      userName: nonEmpty(user?.name),
      domainName: nonEmpty(user?.domain?.name) ?? nonEmpty(domain?.name),
    },
  };
}

function nonEmpty(text: string | null | undefined): string | undefined {
  return text === null || text === '' ? undefined : text;
}

/** Matches IAM's message in a 403 for an invalid token. */
const TOKEN_HEADER = /\bx-(?:auth|subject)-token\b/i;

/** Turns IAM's 404 or 403 for an invalid token into `authentication`. */
function errorOfSubjectToken(error: ElbError): ElbError {
  const { kind, message = '' } = error;
  const isRefused = kind === 'not-found' || (kind === 'forbidden' && TOKEN_HEADER.test(message));
  return isRefused ? { ...error, kind: 'authentication', reason: 'token-refused' } : error;
}

function passwordRequest({ domain, user, password, project, mfa }: PasswordSignIn) {
  const byPassword = { user: { name: user, password, domain: { name: domain } } };
  const identity =
    mfa === undefined
      ? { methods: ['password'], password: byPassword }
      : {
          methods: ['password', 'totp'],
          password: byPassword,
          totp: { user: { id: mfa.userId, passcode: mfa.passcode } },
        };
  return { auth: { identity, scope: { project } } };
}

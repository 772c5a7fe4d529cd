/** Asks IAM for projects and for a user's token. Nothing is ever created there but the token. */
// valita: see ./json-schema.
import * as v from '@badrap/valita';
import type { CloudApi } from './cloud-api';
import type { Credential, IamToken } from './credential';
import type { EndpointOrigin } from './endpoint';
import { type ElbError, failure, type Result } from './error';
import type { HttpAnswer } from './http-transport';
import { instantOf } from './instant';
import { optionalText, parseJson } from './json-schema';

/** Bytes of hundreds of projects, or of a token's catalogue. */
const MAX_ANSWER = 4 * 1024 * 1024;

const projectsSchema = v.object({
  projects: v.array(v.object({ id: v.string(), name: v.string(), enabled: v.union(v.boolean(), v.null()).optional() })),
});
const tokenSchema = v.object({
  token: v.object({
    expires_at: v.string(),
    project: v.union(v.object({ id: optionalText }), v.null()).optional(),
  }),
});

export interface Project {
  readonly id: string;
  /** A region's main project is named as the region, its sub-projects `region_name`. */
  readonly name: string;
}

/** The password serves this one request and is not kept. */
export interface PasswordSignIn {
  readonly iamEndpoint: EndpointOrigin;
  /** Name of the account that the user belongs to. */
  readonly domain: string;
  readonly user: string;
  readonly password: string;
  readonly project: { readonly id: string } | { readonly name: string };
}

export interface ScopedToken extends IamToken {
  readonly expiresAt: number;
  readonly projectId?: string | undefined;
}

export class IamClient {
  constructor(private readonly api: CloudApi) {}

  /** `GET /v3/projects?name=`: the enabled projects of that name, or all that the credential sees. */
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
        maxAnswerBytes: MAX_ANSWER,
        read: readProjects,
      },
      credential,
      signal,
    );
  }

  /** `POST /v3/auth/tokens` with a password. */
  async createToken(signIn: PasswordSignIn, signal: AbortSignal): Promise<Result<ScopedToken>> {
    const result = await this.api.post(
      {
        endpoint: signIn.iamEndpoint,
        path: '/v3/auth/tokens',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(passwordRequest(signIn)),
        secrets: { hidden: [signIn.password] },
        maxAnswerBytes: MAX_ANSWER,
        read: readToken,
      },
      signal,
    );
    return result.ok ? result : { ok: false, error: refusalOfPassword(result.error) };
  }
}

function readProjects({ body }: HttpAnswer): Result<readonly Project[]> {
  const parsed = parseJson(projectsSchema, body);
  if (!parsed.ok) return parsed;
  const enabled = parsed.value.projects.filter((project) => project.enabled !== false);
  return { ok: true, value: enabled.map(({ id, name }) => ({ id, name })) };
}

function readToken({ headers, body }: HttpAnswer): Result<ScopedToken> {
  const parsed = parseJson(tokenSchema, body);
  if (!parsed.ok) return parsed;
  const { expires_at: end, project } = parsed.value.token;
  const token = headers['x-subject-token'];
  const expiresAt = instantOf(end);
  if (token === undefined || token === '') return failure('malformed', { message: 'X-Subject-Token is missing.' });
  if (expiresAt === undefined) return failure('malformed', { message: 'token.expires_at: not a time' });
  return { ok: true, value: { token, expiresAt, projectId: project?.id ?? undefined } };
}

function refusalOfPassword(error: ElbError): ElbError {
  return error.kind === 'authentication' ? { ...error, reason: error.reason ?? 'wrong-password' } : error;
}

function passwordRequest({ domain, user, password, project }: PasswordSignIn) {
  return {
    auth: {
      identity: { methods: ['password'], password: { user: { name: user, password, domain: { name: domain } } } },
      scope: { project },
    },
  };
}

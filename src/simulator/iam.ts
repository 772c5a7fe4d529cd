/** The two IAM APIs that a client needs: its projects, and a token for a password. */
import { type Answer, IamRefusal, jsonAnswer } from './answer';
import { type CloudRequest, queryPairs } from './cloud-request';
import { Fields } from './fields';
import type { Caller } from './gateway';
import { InputError } from './input-error';
import { formatIamTime, type TokenDesk } from './token-desk';

export interface Project {
  /** 32 lowercase letters and digits. */
  readonly id: string;
  /** The region's id, or for a sub-project that and more: "cn-north-4_team". */
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

  /** `GET /v3/projects?name=`: the projects of the caller, of exactly that name where one is given. */
  listProjects(caller: Caller, request: CloudRequest, traceId: string): Answer {
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
    return jsonAnswer(200, { links, projects }, { 'X-IAM-Trace-Id': traceId });
  }

  /**
   * `POST /v3/auth/tokens` with the password method and a project as scope: 201, the token in `X-Subject-Token`.
   * @throws IamRefusal 400 for a body of another shape, 401 for a wrong password or a project of somebody else.
   */
  createToken(request: CloudRequest, traceId: string): Answer {
    const asked = readTokenRequest(request.body);
    const user = this.#tokens.signIn(asked.domain, asked.name, asked.password);
    const project = this.#projects.find(
      ({ id, name }) => user.projectIds.includes(id) && (id === asked.project || name === asked.project),
    );
    if (!project) throw new IamRefusal(401, 'The token scope is not a project of the user.');
    const token = this.#tokens.issue(user, project.id, request.receivedAt);
    const domain = { id: this.#domainId, name: user.domain };
    const body = {
      token: {
        expires_at: formatIamTime(token.expiresAt),
        methods: ['password'],
        catalog: [],
        roles: [],
        project: { domain, ...project },
        issued_at: formatIamTime(token.issuedAt),
        user: { domain, name: user.name, password_expires_at: '' },
      },
    };
    return jsonAnswer(201, body, { 'X-Subject-Token': token.text, 'X-IAM-Trace-Id': traceId });
  }
}

/** The scope's project may be named by id or by name, as in the real IAM. */
function readTokenRequest(body: Uint8Array): { domain: string; name: string; password: string; project: string } {
  try {
    const auth = Fields.parse(body).object('auth');
    const user = auth.object('identity').object('password').object('user');
    const project = auth.object('scope').object('project');
    return {
      domain: user.object('domain').text('name'),
      name: user.text('name'),
      password: user.text('password'),
      project: project.optionalText('id') ?? project.text('name'),
    };
  } catch (error) {
    if (error instanceof InputError) throw new IamRefusal(400, error.message);
    throw error;
  }
}

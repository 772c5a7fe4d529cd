/** What it takes to sign in: the project, the token and the proof, each asked of the cloud when a person wants it. */
import type { Credential } from '../cloud/http/credential';
import type { ElbClient } from '../cloud/api/elb-client';
import type { EndpointOrigin } from '../cloud/places/endpoint';
import { type ElbError, failure, type Result } from '../cloud/http/error';
import type { IamClient, PasswordSignIn, Project, ScopedToken, ShownToken } from '../cloud/api/iam-client';
import type { Place } from '../cloud/places/parse-place';
import { iamEndpointOfRegion, regionOfEndpoint } from '../cloud/places/regions';
import type { ProjectReference } from '../jobs/model/project';

/** Milliseconds: a person waits for it. */
const PATIENCE = 30_000;

export class SignIn {
  constructor(
    private readonly iam: IamClient,
    private readonly elb: ElbClient,
  ) {}

  /** The projects of the place's region that the credential sees, the region's own first; all, where it has no region. */
  async projectsOf(
    { region }: Place,
    iamEndpoint: EndpointOrigin,
    credential: Credential,
  ): Promise<Result<readonly Project[]>> {
    const listed = await this.iam.listProjects({ iamEndpoint }, credential, signal());
    if (!listed.ok || region === undefined) return listed;
    const isOfRegion = ({ name }: Project) => name === region || name.startsWith(`${region}_`);
    const projects = listed.value.filter(isOfRegion);
    return { ok: true, value: projects.sort((a, b) => a.name.length - b.name.length) };
  }

  /** The password serves this one request. */
  tokenBy(signIn: PasswordSignIn): Promise<Result<ScopedToken>> {
    return this.iam.createToken(signIn, signal());
  }

  /** When a token ends, and for which project it is. */
  showToken(iamEndpoint: EndpointOrigin, token: string): Promise<Result<ShownToken>> {
    return this.iam.showToken({ iamEndpoint, token }, signal());
  }

  /**
   * Asks for the project's jobs once. That a caller may not list them is no failure: each may still be shown.
   * A failure is told to the person, and nothing is tried again by itself, but for a signature with the right time.
   */
  async verify({ endpoint, projectId }: ProjectReference, credential: Credential): Promise<ElbError | undefined> {
    const pages = this.elb.listJobs({ endpoint, projectId, limit: 1, maxPages: 1 }, credential, signal());
    const { value } = await pages.next();
    const result = value ?? failure('malformed');
    return result.ok || result.error.kind === 'forbidden' ? undefined : result.error;
  }
}

/** Where IAM is for a place; undefined where nobody can know. */
export function iamEndpointOf({ endpoint }: Pick<Place, 'endpoint'>): EndpointOrigin | undefined {
  // A cloud of one's own may call its regions as Huawei's are called.
  const region = regionOfEndpoint(endpoint);
  if (region !== undefined) return iamEndpointOfRegion(region);
  // On this computer there is a simulator, which is all services at once.
  return endpoint.startsWith('http://') ? endpoint : undefined;
}

function signal(): AbortSignal {
  return AbortSignal.timeout(PATIENCE);
}

/** The requests of a sign-in, each sent for a person: for the projects, the token, and the test of a credential. */
import type { Credential } from '../cloud/http/credential';
import type { ElbClient } from '../cloud/api/elb-client';
import type { EndpointOrigin } from '../cloud/places/endpoint';
import { type ElbError, failure, type Result } from '../cloud/http/error';
import type { IamClient, PasswordSignIn, Project, ScopedToken, TokenScope } from '../cloud/api/iam-client';
import type { Place } from '../cloud/places/parse-place';
import { iamEndpointOfRegion, regionOfEndpoint } from '../cloud/places/regions';
import type { ProjectReference } from '../jobs/model/project';
import { SECOND } from '../base/time-units';

/** A person waits for the response. */
const TIMEOUT_MS = 30 * SECOND;

export class SignIn {
  constructor(
    private readonly iam: IamClient,
    private readonly elb: ElbClient,
  ) {}

  /** @returns the projects that the credential sees in the place's region, the region's own first; all if it has no region. */
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

  /** Uses the password for this request only. */
  tokenBy(signIn: PasswordSignIn): Promise<Result<ScopedToken>> {
    return this.iam.createToken(signIn, signal());
  }

  /** @returns the token's expiry and project. */
  showToken(iamEndpoint: EndpointOrigin, token: string): Promise<Result<TokenScope>> {
    return this.iam.showToken({ iamEndpoint, token }, signal());
  }

  /**
   * Lists the project's jobs once. A caller who may not list jobs passes: it may still show single jobs.
   * @returns the error, for the person; it is not retried, except for a signature with a corrected time.
   */
  async verify({ endpoint, projectId }: ProjectReference, credential: Credential): Promise<ElbError | undefined> {
    const pages = this.elb.listJobs({ endpoint, projectId, limit: 1, maxPages: 1 }, credential, signal());
    const { value } = await pages.next();
    const result = value ?? failure('malformed');
    return result.ok || result.error.kind === 'forbidden' ? undefined : result.error;
  }
}

/** @returns the IAM endpoint of a place; undefined if it cannot be known. */
export function iamEndpointOf({ endpoint }: Pick<Place, 'endpoint'>): EndpointOrigin | undefined {
  // A private cloud may use the names of Huawei's regions.
  const region = regionOfEndpoint(endpoint);
  if (region !== undefined) return iamEndpointOfRegion(region);
  // A simulator on this computer serves all services.
  return endpoint.startsWith('http://') ? endpoint : undefined;
}

function signal(): AbortSignal {
  return AbortSignal.timeout(TIMEOUT_MS);
}

/** Requests jobs with the credential of their project, and stops a credential that the service refuses. */
import type { ElbClient } from '../cloud/api/elb-client';
import { failure, type Result } from '../cloud/http/error';
import type { JobPage, ListedJob } from '../cloud/api/job-schema';
import type { Clock } from '../base/clock';
import type { JobReference } from '../jobs/model/job-reference';
import type { JobSource, ListResult, ShowJobResult } from '../jobs/job-source';
import { type PollError, refusesCredential, stopsCredential } from '../jobs/model/poll-error';
import type { ProjectReference } from '../jobs/model/project';
import { sleep } from '../base/timing';
import type { RequestBudget } from '../jobs/budget/request-budget';
import { type CredentialedRequest, type RequestParts, sendWithCredential } from './credentialed-request';
import type { KeyHash } from './secrets/key-hash';
import { profileId } from './profiles/profile';

interface CloudJobSourceParts extends RequestParts {
  readonly client: ElbClient;
  readonly keyHash: KeyHash;
  /** @param name of the caller whose requests are counted together. */
  readonly budgetNamed: (name: string) => RequestBudget;
  readonly clock: Clock;
}

/** The service's maximum. */
const PAGE_SIZE = 2000;
const MAX_PAGES = 10;

export class CloudJobSource implements JobSource {
  constructor(private readonly parts: CloudJobSourceParts) {}

  async obstacleFor(project: ProjectReference): Promise<PollError | undefined> {
    const credential = await this.parts.credentials.credentialFor(project);
    return credential.ok ? undefined : credential.error;
  }

  showJob(reference: JobReference, signal: AbortSignal): Promise<ShowJobResult> {
    return this.request(reference, {
      isCancelled: () => signal.aborted,
      send: ({ credential }) => this.parts.client.showJob(reference, credential, signal),
      stops: stopsCredential,
    });
  }

  /** The caller takes the first page from the budget; this method takes further pages, which only it knows of. */
  async listJobs(
    project: ProjectReference,
    { beginTime }: { readonly beginTime?: number | undefined },
    signal: AbortSignal,
  ): Promise<ListResult> {
    // A caller who may not list jobs may still show single jobs.
    const nextPage = { ...this.pages(project, beginTime, signal), stops: refusesCredential };
    const jobs: ListedJob[] = [];
    for (let requests = 1; ; requests += 1) {
      const page = await this.request(project, nextPage);
      if (!page.ok) return page;
      for (const job of page.value?.jobs ?? []) jobs.push(job);
      if (page.value?.isLast === true) return { ok: true, value: { jobs } };
      if (page.value === undefined || requests === MAX_PAGES) return { ok: true, value: { jobs, isIncomplete: true } };
      if (!(await this.takeOneMore(project, signal))) return failure('cancelled');
    }
  }

  async budgetOf({ endpoint, projectId }: ProjectReference): Promise<RequestBudget> {
    const { credentials, keyHash, budgetNamed } = this.parts;
    const credential = await credentials.credentialFor({ endpoint, projectId });
    // Without a key there are no requests to count.
    return budgetNamed(
      credential.ok ? await keyHash.ofCaller(endpoint, credential.credential) : profileId(endpoint, projectId),
    );
  }

  /** @returns a request for the next page at each call; its result is undefined if the list is too long. */
  private pages(
    { endpoint, projectId }: ProjectReference,
    beginTime: number | undefined,
    signal: AbortSignal,
  ): Pick<CredentialedRequest<JobPage | undefined>, 'isCancelled' | 'send'> {
    let list: { readonly keyHash: string; readonly pages: AsyncGenerator<Result<JobPage>, void> } | undefined;
    return {
      // Another key may see another list.
      isCancelled: (keyHash) => signal.aborted || (list !== undefined && list.keyHash !== keyHash),
      send: async ({ credential, use: { keyHash } }) => {
        const filter = beginTime === undefined ? {} : { beginTime };
        const request = { endpoint, projectId, filter, limit: PAGE_SIZE, maxPages: MAX_PAGES };
        list ??= { keyHash, pages: this.parts.client.listJobs(request, credential, signal) };
        const { value } = await list.pages.next();
        return value ?? { ok: true, value: undefined };
      },
    };
  }

  /** Waits for the budget. @returns false if the request was aborted. */
  private async takeOneMore(project: ProjectReference, signal: AbortSignal): Promise<boolean> {
    const budget = await this.budgetOf(project);
    let delayMs = await budget.take();
    while (delayMs > 0 && !signal.aborted) {
      await sleep(this.parts.clock, delayMs, signal);
      delayMs = await budget.take();
    }
    return !signal.aborted;
  }

  private request<T>(project: ProjectReference, request: CredentialedRequest<T>): Promise<Result<T, PollError>> {
    return sendWithCredential(this.parts, project, request);
  }
}

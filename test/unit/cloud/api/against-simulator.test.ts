import assert from 'node:assert/strict';
import { axiosTransport } from '../../../../src/cloud/http/axios-transport';
import { CloudApi } from '../../../../src/cloud/http/cloud-api';
import type { Credential } from '../../../../src/cloud/http/credential';
import { ElbClient, type JobFilter, type ListJobsRequest } from '../../../../src/cloud/api/elb-client';
import { IamClient } from '../../../../src/cloud/api/iam-client';
import { ResourceClient } from '../../../../src/cloud/api/resource-client';
import { throttled } from '../../../support/cloud/fault-presets';
import { OFFICIAL_EXAMPLE } from '../../../../src/simulator/jobs/official-example';
import { MINUTE } from '../../../../src/base/time-units';
import { Simulator } from '../../../../src/simulator/simulator';

describe('the client against the simulator', () => {
  let simulator: Simulator;

  beforeEach(async () => {
    simulator = await Simulator.start();
  });

  afterEach(async () => {
    await simulator.stop();
  });

  const api = () => new CloudApi(axiosTransport('elb-job-tracker/0.0.0-test'), () => simulator.clock.now());
  const signal = () => AbortSignal.timeout(MINUTE);

  function showJob(
    jobId: string,
    credential: Credential = simulator.accessKey,
    projectId: string = OFFICIAL_EXAMPLE.projectId,
  ) {
    return new ElbClient(api()).showJob({ endpoint: simulator.origin, projectId, jobId }, credential, signal());
  }

  /** Returns the pages, and the error that ended the list. */
  async function listJobs(request: Partial<ListJobsRequest> = {}) {
    const pages: (string | undefined)[][] = [];
    const whole = { endpoint: simulator.origin, projectId: OFFICIAL_EXAMPLE.projectId, ...request };
    for await (const page of new ElbClient(api()).listJobs(whole, simulator.accessKey, signal())) {
      if (!page.ok) return { pages, error: page.error };
      pages.push(page.value.jobs.map(({ jobId }) => jobId));
    }
    return { pages, error: undefined };
  }

  async function errorOf(jobId: string, ...rest: [credential?: Credential, projectId?: string]) {
    const result = await showJob(jobId, ...rest);
    assert.ok(!result.ok);
    return result.error;
  }

  it('is accepted with a permanent key and parses the official example', async () => {
    const result = await showJob(OFFICIAL_EXAMPLE.jobId);
    assert.ok(result.ok);
    assert.equal(result.value.job.jobId, OFFICIAL_EXAMPLE.job.job_id);
    assert.equal(result.value.job.subJobs.length, 3);
  });

  it('is accepted with a temporary key and its token, and refused without the token', async () => {
    const key = { accessKey: 'HSTTEMPORARY00001', secretKey: 'sk', securityToken: 'a+/=token' };
    simulator.addAccessKey({ ...key, projectIds: [OFFICIAL_EXAMPLE.projectId] });
    assert.ok((await showJob(OFFICIAL_EXAMPLE.jobId, key)).ok);
    const error = await errorOf(OFFICIAL_EXAMPLE.jobId, { accessKey: key.accessKey, secretKey: key.secretKey });
    assert.equal(error.kind, 'authentication');
  });

  it('parses a running job, which has no end yet', async () => {
    const { jobId } = simulator.startJob({ kind: 'cloneLoadbalancer' });
    const result = await showJob(jobId);
    assert.ok(result.ok);
    assert.equal(result.value.job.status, 'INIT');
    assert.equal(result.value.job.endTime, undefined);
  });

  it('is refused with a wrong key, and its error contains no secret', async () => {
    const error = await errorOf(OFFICIAL_EXAMPLE.jobId, { ...simulator.accessKey, secretKey: 'wrong' });
    assert.equal(error.kind, 'authentication');
    assert.match(error.code ?? '', /^APIGW\.03/);
    assert.match(error.message ?? '', /\[redacted\]/);
    assert.ok(!JSON.stringify(error).includes(simulator.accessKey.accessKey));
    assert.ok(error.requestId);
  });

  it('reports another project and an unknown job as different errors', async () => {
    assert.equal(
      (await errorOf(OFFICIAL_EXAMPLE.jobId, simulator.accessKey, 'f'.repeat(32))).kind,
      'gateway-forbidden',
    );
    assert.equal((await errorOf('no-such-job')).kind, 'not-found');
  });

  it('reports an unknown key, and a locked key', async () => {
    const unknown = await errorOf(OFFICIAL_EXAMPLE.jobId, { accessKey: 'NOSUCHKEY0001', secretKey: 'x' });
    assert.equal(unknown.reason, 'unknown-key');
    const wrong = { ...simulator.accessKey, secretKey: 'wrong' };
    for (let count = 0; count < 5; count += 1) await errorOf(OFFICIAL_EXAMPLE.jobId, wrong);
    assert.equal((await errorOf(OFFICIAL_EXAMPLE.jobId)).kind, 'locked-out');
  });

  it('lists each job once over several pages, and stops at maxPages', async () => {
    const started = Array.from({ length: 7 }, () => simulator.startJob({ kind: 'cloneListener' }).jobId);
    const expected = [...started, OFFICIAL_EXAMPLE.job.job_id].sort();
    assert.deepEqual((await listJobs()).pages.flat().sort(), expected);
    const { pages } = await listJobs({ limit: 3 });
    assert.deepEqual(
      pages.map((page) => page.length),
      [3, 3, 2, 0],
      'a page that is not full has a marker, too',
    );
    assert.deepEqual(pages.flat().sort(), expected);
    assert.equal((await listJobs({ limit: 3, maxPages: 2 })).pages.length, 2);
  });

  it('lists jobs by filter', async () => {
    const { jobId } = simulator.startJob({ kind: 'cloneLoadbalancer' });
    const ids = async (filter: JobFilter) => (await listJobs({ filter })).pages.flat();
    assert.deepEqual(await ids({ status: 'INIT' }), [jobId]);
    assert.deepEqual(await ids({ beginTime: simulator.clock.now() - 60_000 }), [jobId]);
    assert.deepEqual(await ids({ jobType: 'UPGRADE', jobId }), []);
  });

  it('returns the pages before the error that ends a list', async () => {
    for (let count = 0; count < 4; count += 1) simulator.startJob({ kind: 'cloneListener' });
    simulator.injectFault({ effect: { kind: 'delay', ms: 0 }, times: 1 });
    simulator.injectFault({ effect: throttled(), times: 1 });
    const { pages, error } = await listJobs({ limit: 3 });
    assert.equal(pages.length, 1);
    assert.equal(error?.kind, 'throttled');
  });

  it('looks up what 40 jobs work on, in one signed request for 100 ids', async () => {
    const scripts = Array.from({ length: 40 }, () => simulator.startJob({ kind: 'batchDeleteLoadbalancer' }).script);
    const ids = scripts.flatMap(({ subJobs }) => subJobs.map(({ resourceId }) => resourceId)).slice(0, 100);
    const request = { endpoint: simulator.origin, projectId: OFFICIAL_EXAMPLE.projectId };
    const client = new ResourceClient(api());
    const found = await client.listLoadBalancers({ ...request, ids }, simulator.accessKey, signal());
    assert.ok(found.ok, JSON.stringify(found));
    assert.deepEqual(new Set(found.value.map(({ id }) => id)), new Set(ids));
    assert.equal(new Set(found.value.map(({ name }) => name)).size, 100);
    for (const { provisioningStatus } of found.value) assert.equal(provisioningStatus, 'ACTIVE');
    assert.equal(simulator.requests.length, 1);

    simulator.clock.advance(60_000);
    const gone = await client.listLoadBalancers({ ...request, ids }, simulator.accessKey, signal());
    const bin = await client.listRecycleBin({ ...request, ids }, simulator.accessKey, signal());
    assert.deepEqual([gone.ok && gone.value.length, bin.ok && bin.value.length], [0, 100]);
    const quotas = await client.listQuotas({ ...request, keys: ['loadbalancer', 'x'] }, simulator.accessKey, signal());
    assert.deepEqual(quotas, { ok: true, value: [{ key: 'loadbalancer', limit: 50, used: 50, unit: 'count' }] });
    simulator.startJob({ kind: 'cloneListener' });
    const listener = simulator.resources.list(request.projectId, 'listener').map(({ id }) => id);
    const listeners = await client.listListeners({ ...request, ids: listener }, simulator.accessKey, signal());
    assert.ok(listeners.ok && listeners.value.some(({ name }) => name === 'https-443'), JSON.stringify(listeners));

    simulator.permissions.remove('elb:listeners:list');
    const refused = await client.listListeners({ ...request, ids: listener }, simulator.accessKey, signal());
    assert.equal(!refused.ok && refused.error.kind, 'forbidden');
  });

  it('finds projects by name, and lists all that the key may see', async () => {
    const { id, name } = simulator.projects[0];
    const iam = new IamClient(api());
    const find = async (query: { readonly name?: string }) => {
      const found = await iam.listProjects({ iamEndpoint: simulator.origin, ...query }, simulator.accessKey, signal());
      return found.ok ? found.value : found.error.kind;
    };
    assert.deepEqual(await find({ name }), [{ id, name }]);
    assert.deepEqual(await find({}), [{ id, name }]);
    assert.deepEqual(await find({ name: 'none' }), []);
  });

  it('signs in with a password, sends requests with the token, and reports when it has expired', async () => {
    await simulator.stop();
    const user = { domain: 'account', name: 'user', password: 'sample-password' };
    const project = OFFICIAL_EXAMPLE.projectId;
    simulator = await Simulator.start({ users: [{ ...user, projectIds: [project] }] });
    const signIn = { iamEndpoint: simulator.origin, domain: user.domain, user: user.name, project: { id: project } };
    const wrong = await new IamClient(api()).createToken({ ...signIn, password: 'wrong' }, signal());
    assert.ok(!wrong.ok);
    assert.equal(wrong.error.kind, 'authentication');
    const signedIn = await new IamClient(api()).createToken({ ...signIn, password: user.password }, signal());
    assert.ok(signedIn.ok);
    assert.equal(signedIn.value.projectId, project);
    assert.equal(signedIn.value.projectName, simulator.projects[0].name);
    const show = async (token: string) => {
      const shown = await new IamClient(api()).showToken({ iamEndpoint: simulator.origin, token }, signal());
      return shown.ok ? shown.value : shown.error.reason;
    };
    const { token, ...opened } = signedIn.value;
    assert.deepEqual(await show(token), opened);
    assert.equal(await show('none'), 'token-refused');
    assert.ok((await showJob(OFFICIAL_EXAMPLE.jobId, signedIn.value)).ok);
    assert.equal((await errorOf(OFFICIAL_EXAMPLE.jobId, { token: 'none' })).reason, 'token-refused');
    simulator.clock.advance(25 * 60 * 60_000);
    assert.equal((await errorOf(OFFICIAL_EXAMPLE.jobId, signedIn.value)).kind, 'token-expired');
  });

  it('reports the time that the service asks to wait', async () => {
    simulator.injectFault({ effect: throttled({ retryAfterSeconds: 7 }) });
    assert.equal((await errorOf(OFFICIAL_EXAMPLE.jobId)).retryAfter, 7000);
  });
});

import assert from 'node:assert/strict';
import { workspace } from 'vscode';
import { HOUR, SECOND } from '../../src/base/time-units';
import { resourceNameOf } from '../../src/jobs/model/project-resources';
import { Simulator } from '../../src/simulator/simulator';
import { runCommand, until, Workbench } from '../support/host/workbench';

const PERMITTED = { id: '11111111111111111111111111111111', name: 'cn-north-4' };
const REFUSED = { id: '22222222222222222222222222222222', name: 'cn-north-4_shop' };
const KEY_WITHOUT_PERMISSIONS = {
  accessKey: 'KEYWITHOUTNAMES00000',
  secretKey: 'a-secret-key-without-permissions',
  projectIds: [REFUSED.id],
};
/** Ids are gathered for 30 s. */
const TIMEOUT_MS = 90 * SECOND;

describe('names of load balancers and listeners', () => {
  let workbench: Workbench;
  let cloud: Simulator;

  before(async () => {
    cloud = await Simulator.start({ projects: [PERMITTED, REFUSED], accessKeys: [KEY_WITHOUT_PERMISSIONS] });
    cloud.permissions.remove('elb:loadbalancers:list', KEY_WITHOUT_PERMISSIONS.accessKey);
    workbench = await Workbench.open(cloud);
    await workbench.saveCredentials({ projectId: PERMITTED.id, credential: cloud.accessKey });
    const { accessKey, secretKey } = KEY_WITHOUT_PERMISSIONS;
    await workbench.saveCredentials({ projectId: REFUSED.id, credential: { accessKey, secretKey } });
  });

  after(async () => {
    await setNames(undefined);
    await workbench.close();
  });

  const setNames = (isOn: boolean | undefined) =>
    workspace.getConfiguration('elbJobs').update('resourceNames', isOn, true);
  const start = (projectId: string) => cloud.startJob({ kind: 'UPGRADE', durationMs: HOUR, projectId });
  const jobsOf = (projectId: string) =>
    workbench.trackedJobs().filter(({ reference }) => reference.projectId === projectId);
  const namesOf = (projectId: string) =>
    jobsOf(projectId).map((tracked) => resourceNameOf(tracked, tracked.job?.resourceId));
  const lookUps = (projectId: string) =>
    cloud.requests.filter((request) => request.route === 'ListLoadBalancers' && request.projectId === projectId);

  it('arrive with one request for jobs that begin together', async () => {
    const started = [1, 2, 3].map(() => start(PERMITTED.id));
    const references = [...started, start(REFUSED.id)].map(({ jobId, projectId }) => ({
      ...{ endpoint: cloud.origin, projectId, jobId },
    }));
    await workbench.app.store.trackAll(references, Date.now());
    const isNamed = () => namesOf(PERMITTED.id).every((name) => name !== undefined);
    await until('all have names', isNamed, () => namesOf(PERMITTED.id), TIMEOUT_MS);
    assert.equal(lookUps(PERMITTED.id).length, 1);
    assert.deepEqual(new Set(namesOf(PERMITTED.id)).size, 3);
  }).timeout(2 * TIMEOUT_MS);

  it('are requested once if they are refused, and the job is polled as before', async () => {
    const isRefused = () => jobsOf(REFUSED.id)[0]?.resources?.refused.has('elb:loadbalancers:list') === true;
    await until('they are refused', isRefused, () => jobsOf(REFUSED.id), TIMEOUT_MS);
    assert.equal(lookUps(REFUSED.id).length, 1);
    const [tracked] = jobsOf(REFUSED.id);
    assert.equal(tracked?.pollFailure, undefined);
    assert.ok(workbench.app.credentials.all().every(({ refusal }) => refusal === undefined));
    const requests = cloud.requests.length;
    await until(
      'the job is polled again',
      () => cloud.requests.length > requests,
      () => cloud.requests,
      TIMEOUT_MS,
    );
  }).timeout(2 * TIMEOUT_MS);

  it('are requested once more after a refresh, when the permission was granted', async () => {
    cloud.permissions.restore('elb:loadbalancers:list', KEY_WITHOUT_PERMISSIONS.accessKey);
    await runCommand('refresh');
    const isNamed = () => namesOf(REFUSED.id).every((name) => name !== undefined);
    await until('the job has a name', isNamed, () => namesOf(REFUSED.id), TIMEOUT_MS);
    assert.equal(lookUps(REFUSED.id).length, 2);
  }).timeout(2 * TIMEOUT_MS);

  it('disappear at once when the setting turns them off, and return at once without a request', async () => {
    const requests = lookUps(PERMITTED.id).length;
    await setNames(false);
    await until('no job has a name', () => namesOf(PERMITTED.id).every((name) => name === undefined));
    await setNames(true);
    await until('all have names again', () => namesOf(PERMITTED.id).every((name) => name !== undefined));
    assert.equal(lookUps(PERMITTED.id).length, requests);
  });
});

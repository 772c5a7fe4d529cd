import assert from 'node:assert/strict';
import { Random } from '../../../../src/simulator/base/random';
import { type CatalogJob, scriptOf } from '../../../../src/simulator/jobs/job-catalog';
import type { JobScript, StartedJob } from '../../../../src/simulator/jobs/job-script';
import { OFFICIAL_EXAMPLE } from '../../../../src/simulator/jobs/official-example';
import { type ResourceChange, SimulatedResources } from '../../../../src/simulator/resources/simulated-resources';
import { resourcesOf } from '../../../../src/simulator/resources/worked-resources';

const PROJECT = 'project';

describe('the resources of the simulator', () => {
  let now: number;
  let resources: SimulatedResources;

  beforeEach(() => {
    now = 0;
    resources = new SimulatedResources(() => now);
  });

  function start(spec: CatalogJob | JobScript, projectId = PROJECT): StartedJob {
    const script = 'kind' in spec ? scriptOf(spec, new Random()) : spec;
    const job = { projectId, jobId: 'job', bodyJobId: 'job', startedAt: now, script };
    resources.addOf(job);
    return job;
  }

  const loadBalancers = (projectId = PROJECT) => resources.list(projectId, 'loadbalancer');
  const stateOf = (id: string) => loadBalancers().find((each) => each.id === id)?.provisioningStatus;
  const upgrade = (outcome?: CatalogJob['outcome']) =>
    start({ kind: 'UPGRADE', outcome, durationMs: 100 }).script.resourceId;

  it('are those of every job and its sub-jobs, each with a name', () => {
    const { script } = start({ kind: 'cloneLoadbalancer' });
    const entities = script.subJobs.flatMap((subJob) => subJob.entities);
    const idsOf = (type: string) =>
      entities.filter((each) => each.resource_type === type).map((each) => each.resource_id);
    assert.deepEqual(
      new Set(loadBalancers().map(({ id }) => id)),
      new Set([script.resourceId, ...idsOf('loadbalancer')]),
    );
    const listeners = resources.list(PROJECT, 'listener');
    assert.deepEqual(new Set(listeners.map(({ id }) => id)), new Set(idsOf('listener')));
    assert.deepEqual(
      loadBalancers()
        .map(({ name }) => name)
        .sort(),
      ['checkout-web', 'prod-api'],
    );
    assert.equal(
      loadBalancers().find(({ id }) => id === script.resourceId)?.name,
      'prod-api',
      'the job’s own comes first',
    );
    assert.deepEqual(listeners.map(({ name }) => name).sort(), ['http-80', 'https-443']);
    assert.deepEqual(listeners[0]?.listens?.loadBalancerIds, [script.resourceId]);
  });

  it('have the type that an entity says; a job’s own is a load balancer, and a listener for cloneListener', () => {
    const typeOf = (spec: CatalogJob) => resourcesOf(start(spec).script)[0]?.type;
    assert.equal(typeOf({ kind: 'cloneListener' }), 'listener');
    assert.equal(typeOf({ kind: 'batchDeleteListener' }), 'loadbalancer');
    const script: JobScript = {
      ...{ jobType: 'RESTORE', resourceId: 'own', transitions: [{ at: 0, status: 'INIT' }] },
      subJobs: [
        {
          ...{ jobId: 's', jobType: 'STEP', resourceId: 'own', transitions: [{ at: 0, status: 'INIT' }] },
          entities: [
            { resource_id: 'own', resource_type: 'listener' },
            { resource_id: 'other', resource_type: 'loadbalancer' },
            { resource_id: 'other', resource_type: 'loadbalancer' },
          ],
        },
      ],
    };
    assert.deepEqual(resourcesOf(script), [
      { id: 'own', type: 'listener' },
      { id: 'other', type: 'loadbalancer' },
    ]);
  });

  it('keep their names when more jobs work on them, and belong to one project', () => {
    const { script } = start({ kind: 'UPGRADE' });
    start({ kind: 'UPGRADE' });
    start(script);
    assert.deepEqual(
      loadBalancers()
        .map(({ name }) => name)
        .sort(),
      ['checkout-web', 'prod-api'],
    );
    assert.deepEqual(loadBalancers('another'), []);
    assert.deepEqual(
      loadBalancers(OFFICIAL_EXAMPLE.projectId).map(({ id, name }) => [id, name]),
      [[OFFICIAL_EXAMPLE.job.resource_id, 'docs-example']],
    );
  });

  for (const [outcome, after] of [
    [undefined, ['ACTIVE', 'ACTIVE', 'UPGRADED', 'ACTIVE']],
    ['fail', ['ACTIVE', 'ACTIVE', 'ACTIVE', 'UPGRADE_FAILED']],
    ['rollback', ['ACTIVE', 'ACTIVE', 'UPGRADE_FAILED', 'UPGRADE_FAILED']],
    ['rollbackFail', ['ACTIVE', 'ACTIVE', 'UPGRADE_FAILED', 'ROLLBACK_FAILED']],
    ['cancel', ['ACTIVE', 'ACTIVE', 'ACTIVE', 'ACTIVE']],
  ] as const) {
    it(`of an upgrade have the state that follows from it: ${outcome ?? 'complete'}`, () => {
      const id = upgrade(outcome);
      const seen = [0, 30, 90, 100].map((at) => {
        now = at;
        return stateOf(id);
      });
      assert.deepEqual(seen, after);
    });
  }

  it('have the state of the upgrade that started last', () => {
    const id = upgrade('fail');
    now = 100;
    assert.equal(stateOf(id), 'UPGRADE_FAILED');
    start(scriptOf({ kind: 'UPGRADE', durationMs: 100 }, new Random()));
    const again = scriptOf({ kind: 'UPGRADE', durationMs: 100 }, new Random());
    start({ ...again, resourceId: id });
    assert.equal(stateOf(id), 'ACTIVE');
    now = 190;
    assert.equal(stateOf(id), 'UPGRADED');
  });

  it('can be renamed to any text and given any state, also an unknown one', () => {
    const id = upgrade();
    const shown = () =>
      loadBalancers().map(({ name, provisioningStatus, operatingStatus }) => [
        name,
        provisioningStatus,
        operatingStatus,
      ])[0];
    assert.deepEqual(shown(), ['prod-api', 'ACTIVE', 'ONLINE']);
    const hostile = `[a](command:b)\u202e\n$(x)${'x'.repeat(10_000)}`;
    for (const [change, after] of [
      [{ name: hostile }, [hostile, 'ACTIVE', 'ONLINE']],
      [{ provisioningStatus: 'UPGRADING_2' }, [hostile, 'UPGRADING_2', 'ONLINE']],
      [{ name: '', operatingStatus: 'FROZEN' }, ['', 'UPGRADING_2', 'FROZEN']],
    ] as const satisfies [ResourceChange, unknown][]) {
      resources.change(id, change);
      assert.deepEqual(shown(), after);
    }
    now = 90;
    assert.equal(stateOf(id), 'UPGRADING_2', 'the jobs no longer decide');
    assert.throws(() => {
      resources.change('unknown', {});
    }, /No job works on a resource unknown/);
  });

  it('that are deleted are in no list', () => {
    const id = upgrade();
    resources.remove(id);
    assert.deepEqual(loadBalancers(), []);
    assert.deepEqual(resources.recycleBin(PROJECT), []);
    assert.throws(() => {
      resources.remove('unknown');
    }, /No job works on/);
  });

  it('that a batch deleted are in the recycle bin when it has completed, until that is emptied', () => {
    const { script } = start({ kind: 'batchDeleteLoadbalancer', durationMs: 100 });
    const deleted = script.subJobs.map(({ resourceId }) => resourceId).sort();
    const bin = () => resources.recycleBin(PROJECT).map(({ id }) => id);
    now = 99;
    assert.deepEqual([loadBalancers().length, bin()], [4, []]);
    resources.emptyRecycleBin();
    now = 100;
    assert.deepEqual([loadBalancers().map(({ id }) => id), bin()], [[script.resourceId], deleted]);
    assert.equal(resources.recycleBin(PROJECT, new Set([deleted[0] ?? '', script.resourceId])).length, 1);
    resources.emptyRecycleBin();
    assert.deepEqual([loadBalancers().length, bin()], [1, []]);
  });

  it('that a batch failed to delete still exist', () => {
    start({ kind: 'batchDeleteLoadbalancer', outcome: 'fail', durationMs: 100 });
    now = 100;
    assert.deepEqual([loadBalancers().length, resources.recycleBin(PROJECT)], [4, []]);
  });
});

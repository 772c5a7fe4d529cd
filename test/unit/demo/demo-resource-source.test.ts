import assert from 'node:assert/strict';
import { MINUTE, SECOND } from '../../../src/base/time-units';
import { demoReferences, demoResources } from '../../../src/demo/demo-jobs';
import { DEMO_PROJECT } from '../../../src/demo/demo-project';
import { DemoResourceSource } from '../../../src/demo/demo-resource-source';
import { DemoSource } from '../../../src/demo/demo-source';
import { RoutedResourceSource } from '../../../src/demo/routed-resource-source';
import { RESOURCE_TYPES } from '../../../src/jobs/model/project-resources';
import type { ResourceSource } from '../../../src/jobs/resources/resource-source';
import { FakeClock } from '../../support/fake-clock';
import { reference } from '../../support/samples';

const { signal } = new AbortController();
const [UPGRADE] = demoReferences();

describe('the demo’s resources', () => {
  let clock: FakeClock;

  beforeEach(() => {
    clock = new FakeClock();
  });

  const parts = (trackedAt = clock.now()) => ({ trackedAt: () => trackedAt, clock });

  /** By id. */
  async function namesOf(source: ResourceSource): Promise<ReadonlyMap<string, string | undefined>> {
    const names = new Map<string, string | undefined>();
    const ids = demoResources().map(({ id }) => id);
    for (const type of RESOURCE_TYPES) {
      const found = await source.listResources(DEMO_PROJECT, type, [...ids, 'unknown'], signal);
      assert.ok(found.ok);
      for (const { id, name } of found.value) names.set(id, name);
    }
    return names;
  }

  it('have different names, one for each id that a demo job shows at any time', async () => {
    const source = new DemoSource(parts());
    const names = await namesOf(new DemoResourceSource(parts()));
    for (let step = 0; step < 12; step += 1) {
      for (const each of demoReferences()) {
        const shown = await source.showJob(each);
        assert.ok(shown.ok);
        const { resourceId, subJobs } = shown.value.job;
        const ids = [resourceId, ...subJobs.map((subJob) => subJob.resourceId)];
        for (const subJob of subJobs) ids.push(...subJob.entities.map((entity) => entity.resourceId));
        for (const id of ids) assert.ok((names.get(id ?? '') ?? '') !== '', `${each.jobId} ${id}`);
      }
      await clock.advance(30 * SECOND);
    }
    assert.equal(new Set(names.values()).size, names.size);
    assert.ok([...names.values()].includes('prod-api'));
  });

  it('name a clone after what was cloned, and number the load balancers of a batch in time order', async () => {
    await clock.advance(2 * MINUTE);
    const source = new DemoSource(parts(clock.now() - 2 * MINUTE));
    const names = await namesOf(new DemoResourceSource(parts()));
    const namesIn = async (index: number) => {
      const shown = await source.showJob(demoReferences()[index] ?? assert.fail());
      assert.ok(shown.ok);
      const { resourceId, subJobs } = shown.value.job;
      const inTime = [...subJobs].sort((a, b) => (a.beginTime ?? 0) - (b.beginTime ?? 0));
      return [resourceId, ...inTime.map((subJob) => subJob.resourceId)].map((id) => names.get(id ?? ''));
    };
    assert.deepEqual(await namesIn(0), ['prod-api', 'prod-api', 'prod-api']);
    assert.deepEqual(await namesIn(1), ['checkout-web', 'checkout-web-clone', 'https-443', 'http-80']);
    assert.deepEqual(await namesIn(2), ['staging-web', 'staging-web-1', 'staging-web-2', 'staging-web-3']);
    assert.deepEqual(await namesIn(3), ['payments-https', 'payments-https-clone']);
    assert.deepEqual(await namesIn(4), ['images-cdn', 'cdn-http-80', 'cdn-http-8080', 'cdn-https-8443']);
  });

  it('are the same in all windows and after a reload', async () => {
    assert.deepEqual(await namesOf(new DemoResourceSource(parts())), await namesOf(new DemoResourceSource(parts())));
    const source = new DemoResourceSource(parts());
    assert.equal(await source.callerOf(), await new DemoResourceSource(parts()).callerOf());
  });

  it('have the state of the upgrade: active, switched, active again', async () => {
    const source = new DemoResourceSource(parts());
    const id = demoResources().find(({ jobId }) => jobId === UPGRADE?.jobId)?.id ?? assert.fail();
    const seen: (string | undefined)[] = [];
    for (const ms of [0, 2 * MINUTE, 5 * MINUTE]) {
      await clock.advance(ms);
      const found = await source.listResources(DEMO_PROJECT, 'loadbalancer', [id]);
      assert.ok(found.ok);
      const [resource] = found.value;
      assert.equal(resource?.operatingStatus, 'ONLINE');
      assert.match(resource.vipAddress ?? '', /^192\.168\.10\.\d+$/);
      seen.push(resource.provisioningStatus);
    }
    assert.deepEqual(seen, ['ACTIVE', 'UPGRADED', 'ACTIVE']);
  });

  it('have the quota that a demo job exceeds, and no recycle bin', async () => {
    const source = new DemoResourceSource(parts());
    assert.deepEqual(await source.listQuotas(DEMO_PROJECT, ['loadbalancer', 'pool']), {
      ok: true,
      value: [{ key: 'loadbalancer', limit: 50, used: 50, unit: 'count' }],
    });
    assert.deepEqual(await source.listRecycleBin(), { ok: true, value: [] });
  });

  it('are not found when their job is not tracked', async () => {
    const names = await namesOf(new DemoResourceSource({ trackedAt: () => undefined, clock }));
    assert.equal(names.size, 0);
  });
});

describe('the routed resource source', () => {
  it('asks the demo for demo projects only', async () => {
    const asked: unknown[] = [];
    const source = (name: string): ResourceSource => ({
      callerOf: () => Promise.resolve((asked.push([name]), name)),
      listResources: (...all) => Promise.resolve((asked.push([name, ...all]), { ok: true, value: [] })),
      listQuotas: (...all) => Promise.resolve((asked.push([name, ...all]), { ok: true, value: [] })),
      listRecycleBin: (...all) => Promise.resolve((asked.push([name, ...all]), { ok: true, value: [] })),
    });
    const routed = new RoutedResourceSource(source('demo'), source('cloud'));
    for (const [project, name] of [
      [DEMO_PROJECT, 'demo'],
      [reference, 'cloud'],
    ] as const) {
      asked.length = 0;
      assert.equal(await routed.callerOf(project), name);
      await routed.listResources(project, 'listener', ['a'], signal);
      await routed.listQuotas(project, ['k'], signal);
      await routed.listRecycleBin(project, ['b'], signal);
      assert.deepEqual(asked, [
        [name],
        [name, project, 'listener', ['a'], signal],
        [name, project, ['k'], signal],
        [name, project, ['b'], signal],
      ]);
    }
  });
});

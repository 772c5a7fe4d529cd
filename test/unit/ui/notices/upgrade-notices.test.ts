import assert from 'node:assert/strict';
import { window } from 'vscode';
import { DAY, HOUR } from '../../../../src/base/time-units';
import type { JobKey } from '../../../../src/jobs/model/job-reference';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { UpgradeNotices } from '../../../../src/ui/notices/upgrade-notices';
import { FakeClock, settle } from '../../../support/fake-clock';
import { jobAt, MemoryLog, noFiles, reference } from '../../../support/samples';

const LOAD_BALANCER = '9f5b432c-987e-4777-a1bc-6642be4b2b50';

describe('the reminder of waiting upgrades', () => {
  let clock: FakeClock;
  let store: JobStore;
  let shown: { readonly text: string; readonly actions: readonly string[] }[];
  let ran: string[];
  let click: string | undefined;
  let restore: () => void;

  beforeEach(() => {
    clock = new FakeClock();
    store = new JobStore(noFiles, new MemoryLog());
    shown = [];
    ran = [];
    click = undefined;
    const { showInformationMessage } = window;
    const show = (text: string, ...actions: string[]) => {
      shown.push({ text, actions });
      return Promise.resolve(click);
    };
    Reflect.set(window, 'showInformationMessage', show);
    restore = () => Reflect.set(window, 'showInformationMessage', showInformationMessage);
  });

  afterEach(() => {
    restore();
  });

  async function waiting(jobId = reference.jobId): Promise<JobKey> {
    const key = await store.track({ ...reference, jobId }, clock.now());
    store.applyResponse(
      key,
      { job: jobAt('SUCCESS', { jobId, jobType: 'UPGRADE', resourceId: LOAD_BALANCER }) },
      clock.now(),
    );
    return key;
  }

  async function remind(...keys: readonly JobKey[]): Promise<void> {
    await clock.advance(2 * DAY + 3 * HOUR);
    new UpgradeNotices({
      ...{ store, clock, log: new MemoryLog() },
      reveal: (key) => Promise.resolve(void ran.push(`reveal ${key}`)),
      openInConsole: ({ reference: { jobId } }) => Promise.resolve(void ran.push(`console ${jobId}`)),
      copyCommand: ({ reference: { jobId } }) => Promise.resolve(void ran.push(`copy ${jobId}`)),
    }).remind(keys.map((key) => ({ key, tracked: store.get(key) ?? assert.fail() })));
    await settle();
  }

  it('says how long, and offers the console, a command and the mute', async () => {
    const key = await waiting();
    await remind(key);
    assert.deepEqual(shown, [
      {
        text: 'UPGRADE 37d5c1fd: upgrade has been waiting 2 days 3 hr for your decision',
        actions: ['Open in Console', 'Copy Command', 'Mute'],
      },
    ]);
    for (click of ['Open in Console', 'Copy Command', 'Mute']) await remind(key);
    assert.deepEqual(ran, [`console ${reference.jobId}`, `copy ${reference.jobId}`]);
    assert.equal(store.get(key)?.muted, true);
  });

  it('begins with the name of the load balancer, or with the name that the person gave the job', async () => {
    const key = await waiting();
    const named = (name: string) => {
      const byId = new Map([[LOAD_BALANCER, { type: 'loadbalancer', name, seenAt: 1 } as const]]);
      store.setResources(reference, { byId, quotas: new Map(), refused: new Set() }, () => true);
    };
    named('prod-api');
    await remind(key);
    assert.match(shown[0]?.text ?? '', /^prod-api: upgrade has been waiting/);
    named(`[x](command:y) $(alert)\u202e\n${'z'.repeat(10_000)}`);
    await remind(key);
    assert.match(shown[1]?.text ?? '', /^\[x\] \(command:y\) \$ \(alert\) z+…: upgrade has been waiting/);
    assert.ok((shown[1]?.text.length ?? 0) < 200);
    store.rename(key, 'Cutover');
    await remind(key);
    assert.match(shown[2]?.text ?? '', /^Cutover: upgrade has been waiting/);
  });

  it('is one notification for several, whose mute is for all', async () => {
    const keys = [await waiting('a'), await waiting('b')];
    click = 'Show Jobs';
    await remind(...keys);
    assert.deepEqual(shown, [{ text: '2 upgrades wait for your decision.', actions: ['Show Jobs', 'Mute'] }]);
    assert.deepEqual(ran, [`reveal ${keys[0] ?? ''}`]);
    click = 'Mute';
    await remind(...keys);
    assert.ok(keys.every((key) => store.get(key)?.muted === true));
  });
});

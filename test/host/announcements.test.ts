import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Job } from '../../src/cloud/api/job';
import { jobKey } from '../../src/jobs/model/job-reference';
import { JobStore } from '../../src/jobs/store/job-store';
import { newlyTracked, type TrackedJob, withResponse } from '../../src/jobs/model/tracked-job';
import { EndingNotices } from '../../src/ui/notices/ending-notices';
import { ConsoleCommand } from '../../src/ui/job-commands/console-command';
import { jobAt, MemoryLog, noFiles, reference, subJobAt } from '../support/samples';
import { Person, type Shown } from '../support/host/person';
import { nothingSelected } from '../support/host/workbench';
import { HOUR } from '../../src/base/time-units';
import type { NotificationLevel } from '../../src/ui/editor/settings';

const BALANCER = '9f5b432c-987e-4777-a1bc-6642be4b2b50';
const OTHER = '11111111-2222-4333-8444-555555555555';

describe('the notice that a job has ended', () => {
  let person: Person;
  let revealed: string[];
  let level: NotificationLevel;
  const opened: string[] = [];
  const original = vscode.env.openExternal;

  beforeEach(() => {
    person = new Person();
    revealed = [];
    level = 'all';
    opened.length = 0;
    Object.defineProperty(vscode.env, 'openExternal', {
      value: (uri: vscode.Uri) => Promise.resolve(opened.push(uri.toString(true)) > 0),
      configurable: true,
      writable: true,
    });
  });

  afterEach(() => {
    person.leave();
    Object.defineProperty(vscode.env, 'openExternal', { value: original, configurable: true, writable: true });
  });

  /** No longer tracked by the time that the person sees the notice. */
  const gone = new Set<TrackedJob>();
  const endingOf = (tracked: TrackedJob) => ({ key: jobKey(tracked.reference), tracked });
  const ended = (status: string, fields: Partial<Job> = {}, place: Partial<typeof reference> = {}) =>
    endingOf(withResponse(newlyTracked({ ...reference, ...place }, 0), { job: jobAt(status, fields) }, 1));
  const whole = { jobType: 'UPGRADE', beginTime: 0, endTime: HOUR, resourceId: BALANCER };

  async function announce(...endings: { readonly key: string; readonly tracked: TrackedJob }[]): Promise<void> {
    const store = new JobStore(noFiles, new MemoryLog());
    for (const { tracked } of endings) {
      if (gone.has(tracked) || tracked.job === undefined) continue;
      store.applyResponse(await store.track(tracked.reference, 0), { job: tracked.job }, 1);
    }
    const consoleCommand = new ConsoleCommand(nothingSelected(store));
    await new EndingNotices({
      store,
      level: () => level,
      reveal: (key) => Promise.resolve(void revealed.push(key)),
      openInConsole: (tracked) => consoleCommand.openOf(tracked),
    }).announce(endings);
  }

  const choosing = (action: string) => {
    person.chooses(({ actions }: Shown) => actions.find((each) => each === action));
  };
  const shown = () => person.shown.at(-1) ?? assert.fail('nothing was shown');

  it('of a job that succeeded with a failed sub-job is a warning, and one of the failures', async () => {
    const subJobs = [
      subJobAt({ status: 'SUCCESS' }),
      subJobAt({ status: 'FAIL', errorCode: 'ELB.8907', errorMessage: 'It is in use.' }),
    ];
    level = 'failures';
    await announce(ended('COMPLETE', { ...whole, subJobs }));
    assert.match(shown().message, /^UPGRADE completed, but a sub-job failed · ELB\.8907 · It is in use\. · 1 hr · /);
    assert.equal(shown().severity, 'warning');
    await announce(ended('COMPLETE', { ...whole, subJobs }), ended('COMPLETE', whole, { jobId: OTHER }));
    assert.match(shown().message, /^UPGRADE completed, but a sub-job failed/, 'the other is none');
  });

  it('tells type, duration and resource, and offers what makes sense', async () => {
    await announce(ended('COMPLETE', whole));
    assert.equal(shown().message, `UPGRADE completed · 1 hr · Job ${reference.jobId} · loadbalancer 9f5b432c…`);
    assert.deepEqual(shown().actions, ['Show Job', 'Open in Console', 'Copy Report']);
    await announce(ended('COMPLETE', whole, { endpoint: 'https://elb.corp.example' }));
    assert.deepEqual(shown().actions, ['Show Job', 'Copy Report'], 'the console there is not known');
    await announce(ended('SUCCESS', { ...whole, jobType: 'batchDeleteLoadbalancer' }));
    assert.deepEqual(shown().actions, ['Show Job', 'Copy Report'], 'what was deleted is not there');
  });

  it('opens the console, copies the report, shows the job', async () => {
    choosing('Open in Console');
    await announce(ended('COMPLETE', whole));
    assert.deepEqual(opened, [`https://console.huaweicloud.com/elb/?region=cn-north-4#/elb/detail/${BALANCER}`]);
    choosing('Copy Report');
    await announce(ended('FAIL', { ...whole, errorCode: 'ELB.8907' }));
    assert.match(await vscode.env.clipboard.readText(), /^## UPGRADE 37d5c1fd\n[^]*\| Error \| ELB\.8907 \|/);
    choosing('Show Job');
    await announce(ended('COMPLETE', whole));
    assert.deepEqual(revealed, [jobKey(reference)]);
  });

  it('is one for many, whose report is of all, and which shows what failed first', async () => {
    const all = [ended('COMPLETE', whole), ended('FAIL', whole, { jobId: OTHER })];
    choosing('Copy Report');
    await announce(...all);
    assert.deepEqual(shown().actions, ['Show Jobs', 'Copy Report']);
    assert.deepEqual((await vscode.env.clipboard.readText()).match(/^## .*$/gm), [
      '## UPGRADE 37d5c1fd',
      '## UPGRADE 11111111',
    ]);
    choosing('Show Jobs');
    await announce(...all);
    assert.deepEqual(revealed, [all[1]?.key]);
  });

  it('shows what is left of many, and says so where nothing is', async () => {
    const [fine, failed] = [ended('COMPLETE', whole), ended('FAIL', whole, { jobId: OTHER })];
    gone.add(failed.tracked);
    choosing('Show Jobs');
    await announce(fine, failed);
    assert.deepEqual(revealed, [fine.key]);
    choosing('Show Job');
    await announce(failed);
    assert.deepEqual(revealed, [fine.key]);
    assert.equal(shown().message, 'UPGRADE 11111111 is no longer tracked.');
  });

  it('of many tells how many failed, and how many wait for a decision', async () => {
    const waiting = (jobId: string) => ended('SUCCESS', whole, { jobId });
    await announce(waiting('a'), waiting('b'));
    assert.equal(shown().message, '2 ELB jobs have ended; 2 of them waiting to be completed or rolled back.');
    await announce(waiting('a'), ended('FAIL', whole), ended('COMPLETE', whole, { jobId: 'c' }));
    assert.equal(
      shown().message,
      '3 ELB jobs have ended; 1 of them failed; 1 of them waiting to be completed or rolled back.',
    );
    await announce(ended('COMPLETE', whole), ended('COMPLETE', whole, { jobId: 'c' }));
    assert.equal(shown().message, '2 ELB jobs have ended.');
  });

  it('is not given where it is not wanted', async () => {
    level = 'failures';
    await announce(ended('COMPLETE', whole));
    level = 'none';
    await announce(ended('FAIL', whole));
    level = 'all';
    const { key, tracked } = ended('FAIL', whole);
    await announce({ key, tracked: { ...tracked, muted: true } });
    assert.equal(person.shown.length, 0);
  });

  it('makes no link of what the service sends, and keeps the id in sight', async () => {
    const hostile = `[all is well](command:workbench.action.quit) \u202e ${'x'.repeat(10_000)}`;
    const entities = [{ resourceType: hostile, resourceId: hostile }];
    const error = { errorCode: hostile, errorMessage: hostile };
    await announce(ended('FAIL', { jobType: hostile, ...error, subJobs: [subJobAt({ entities })] }));
    const { message } = shown();
    assert.doesNotMatch(message, /\]\(|\u202e/);
    assert.ok(message.length < 1000 && message.includes(reference.jobId), message);
  });
});

describe('the load balancer of a job, in the console', () => {
  let person: Person;

  beforeEach(() => {
    person = new Person();
  });

  afterEach(() => {
    person.leave();
  });

  it('is not opened where it is not known, which is said', async () => {
    const store = new JobStore(noFiles, new MemoryLog());
    const consoleCommand = new ConsoleCommand(nothingSelected(store));
    const said = async (place: Partial<typeof reference>, job?: Job) => {
      const key = await store.track({ ...reference, ...place }, 0);
      if (job !== undefined) store.applyResponse(key, { job }, 1);
      await consoleCommand.open({ key });
      return person.shown.at(-1)?.message;
    };
    assert.match((await said({ jobId: 'a1' })) ?? '', /has not answered/);
    assert.match((await said({ jobId: 'a2' }, jobAt('COMPLETE'))) ?? '', /names no load balancer/);
    const job = jobAt('COMPLETE', { resourceId: BALANCER });
    assert.match((await said({ jobId: 'a3', endpoint: 'https://elb.corp.example' }, job)) ?? '', /is not known/);
  });
});

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { systemClock } from '../../src/base/clock';
import type { Job } from '../../src/cloud/api/job';
import { jobKey } from '../../src/jobs/model/job-reference';
import { JobStore } from '../../src/jobs/store/job-store';
import { newlyTracked, type TrackedJob, withResponse } from '../../src/jobs/model/tracked-job';
import { EndingNotices } from '../../src/ui/notices/ending-notices';
import { UpgradeNotices } from '../../src/ui/notices/upgrade-notices';
import { ConsoleCommand } from '../../src/ui/job-commands/console-command';
import { UpgradeCommandPicker } from '../../src/ui/job-commands/upgrade-command-picker';
import { jobAt, MemoryLog, noFiles, reference, subJobAt } from '../support/samples';
import { namedResources } from '../support/named-resources';
import { Person } from '../support/host/person';
import { replaceProperty } from '../support/host/replace-property';
import { nothingSelected } from '../support/host/workbench';
import { HOUR } from '../../src/base/time-units';
import type { NotificationLevel } from '../../src/ui/editor/settings';

const LOAD_BALANCER = '9f5b432c-987e-4777-a1bc-6642be4b2b50';
const OTHER_JOB = '11111111-2222-4333-8444-555555555555';

describe('the notification of an ending', () => {
  let person: Person;
  let revealed: string[];
  let level: NotificationLevel;
  const opened: string[] = [];
  const copiedFor: string[] = [];
  let restore: () => void;

  beforeEach(() => {
    person = new Person();
    revealed = [];
    level = 'all';
    opened.length = 0;
    restore = replaceProperty(vscode.env, 'openExternal', (uri: vscode.Uri) =>
      Promise.resolve(opened.push(uri.toString(true)) > 0),
    );
  });

  afterEach(() => {
    person.dispose();
    restore();
  });

  /** Jobs that are no longer tracked when the notification is shown. */
  const untracked = new Set<TrackedJob>();
  const endingOf = (tracked: TrackedJob) => ({ key: jobKey(tracked.reference), tracked });
  const ended = (status: string, fields: Partial<Job> = {}, place: Partial<typeof reference> = {}) =>
    endingOf(withResponse(newlyTracked({ ...reference, ...place }, 0), { job: jobAt(status, fields) }, 1));
  const allFields = { jobType: 'UPGRADE', beginTime: 0, endTime: HOUR, resourceId: LOAD_BALANCER };

  async function announce(...endings: { readonly key: string; readonly tracked: TrackedJob }[]): Promise<void> {
    const store = new JobStore(noFiles, new MemoryLog());
    for (const { tracked } of endings) {
      if (untracked.has(tracked) || tracked.job === undefined) continue;
      store.applyResponse(await store.track(tracked.reference, 0), { job: tracked.job }, 1);
      store.setResources(tracked.reference, tracked.resources, () => true);
    }
    const consoleCommand = new ConsoleCommand(nothingSelected(store));
    await new EndingNotices({
      clock: systemClock,
      log: new MemoryLog(),
      store,
      level: () => level,
      reveal: (key) => Promise.resolve(void revealed.push(key)),
      openInConsole: (tracked) => consoleCommand.openOf(tracked),
      copyCommand: ({ reference: { jobId } }) => Promise.resolve(void copiedFor.push(jobId)),
    }).announce(endings);
  }

  const shown = () => person.lastShown();

  it('is a warning, and counts as a failure, if the job succeeded with a failed sub-job', async () => {
    const subJobs = [
      subJobAt({ status: 'SUCCESS' }),
      subJobAt({ status: 'FAIL', errorCode: 'ELB.8907', errorMessage: 'It is in use.' }),
    ];
    level = 'failures';
    await announce(ended('COMPLETE', { ...allFields, subJobs }));
    assert.match(
      shown().message,
      /^UPGRADE 37d5c1fd completed, but a sub-job failed · 1 hr · ELB\.8907 It is in use\. \(Job, 1 of 2 done\)/,
    );
    assert.equal(shown().severity, 'warning');
    await announce(ended('COMPLETE', { ...allFields, subJobs }), ended('COMPLETE', allFields, { jobId: OTHER_JOB }));
    assert.match(
      shown().message,
      /^UPGRADE 37d5c1fd completed, but a sub-job failed/,
      'The other job is not a failure',
    );
  });

  it('shows names in plain words, and lists load balancers by their names', async () => {
    const other = '11111111-987e-4777-a1bc-6642be4b2b50';
    const subJobs = [subJobAt({ entities: [{ resourceType: 'loadbalancer', resourceId: other }] })];
    const { key, tracked } = ended('COMPLETE', { ...allFields, subJobs });
    const resources = namedResources({ [LOAD_BALANCER]: 'prod-api', [other]: 'staging' });
    person.clicks('Open in Console');
    person.types('staging');
    await announce({ key, tracked: { ...tracked, resources } });
    assert.equal(shown().message, 'prod-api: upgrade completed after 1 hr');
    assert.match(opened[0] ?? '', new RegExp(`${other}$`));
  });

  it('shows type, duration and resource, and offers only actions that make sense', async () => {
    await announce(ended('COMPLETE', allFields));
    assert.equal(shown().message, 'UPGRADE 37d5c1fd completed after 1 hr · loadbalancer 9f5b432c…');
    assert.deepEqual(shown().actions, ['Show Job', 'Open in Console', 'Copy Report']);
    await announce(ended('COMPLETE', allFields, { endpoint: 'https://elb.corp.example' }));
    assert.deepEqual(shown().actions, ['Show Job', 'Copy Report'], 'The console of that endpoint is unknown');
    await announce(ended('SUCCESS', { ...allFields, jobType: 'batchDeleteLoadbalancer' }));
    assert.deepEqual(shown().actions, ['Show Job', 'Copy Report'], 'A deleted load balancer cannot be opened');
  });

  it('of an upgrade that waits can copy a command, too', async () => {
    person.clicks('Copy Command');
    await announce(ended('SUCCESS', allFields));
    assert.deepEqual(shown().actions, ['Show Job', 'Open in Console', 'Copy Command', 'Copy Report']);
    assert.deepEqual(copiedFor, [reference.jobId]);
  });

  it('can open the console, copy the report, and show the job', async () => {
    person.clicks('Open in Console');
    await announce(ended('COMPLETE', allFields));
    assert.deepEqual(opened, [`https://console.huaweicloud.com/elb/?region=cn-north-4#/elb/detail/${LOAD_BALANCER}`]);
    person.clicks('Copy Report');
    await announce(ended('FAIL', { ...allFields, errorCode: 'ELB.8907' }));
    assert.match(
      await vscode.env.clipboard.readText(),
      /^## FAILED after 1 hr: ELB\.8907\n[^]*\| Error \| `ELB\.8907` \|/,
    );
    person.clicks('Show Job');
    await announce(ended('COMPLETE', allFields));
    assert.deepEqual(revealed, [jobKey(reference)]);
  });

  it('covers several jobs, copies the reports of all of them, and shows the first failed job', async () => {
    const all = [ended('COMPLETE', allFields), ended('FAIL', allFields, { jobId: OTHER_JOB })];
    person.clicks('Copy Report');
    await announce(...all);
    assert.deepEqual(shown().actions, ['Show Jobs', 'Copy Report']);
    const report = await vscode.env.clipboard.readText();
    assert.match(report, /^\*\*2 jobs: 1 failed, 1 succeeded\*\*\n/);
    assert.deepEqual(report.match(/^\*\*UPGRADE .*$/gm), ['**UPGRADE 37d5c1fd**', '**UPGRADE 11111111**']);
    person.clicks('Show Jobs');
    await announce(...all);
    assert.deepEqual(revealed, [all[1]?.key]);
  });

  it('shows a job that is still tracked, or a message if there is none', async () => {
    const [succeeded, failed] = [ended('COMPLETE', allFields), ended('FAIL', allFields, { jobId: OTHER_JOB })];
    untracked.add(failed.tracked);
    person.clicks('Show Jobs');
    await announce(succeeded, failed);
    assert.deepEqual(revealed, [succeeded.key]);
    person.clicks('Show Job');
    await announce(failed);
    assert.deepEqual(revealed, [succeeded.key]);
    assert.equal(shown().message, 'UPGRADE 11111111 is no longer tracked.');
  });

  it('of several jobs counts the failed ones and those that wait for a decision', async () => {
    const waiting = (jobId: string) => ended('SUCCESS', allFields, { jobId });
    await announce(waiting('a'), waiting('b'));
    assert.equal(shown().message, '2 jobs: 2 waiting for completion or rollback');
    await announce(waiting('a'), ended('FAIL', allFields), ended('COMPLETE', allFields, { jobId: 'c' }));
    assert.equal(shown().message, '3 jobs: 1 failed, 1 waiting for completion or rollback, 1 succeeded');
    await announce(ended('FAIL', allFields), ended('COMPLETE', allFields, { jobId: 'c' }));
    assert.equal(shown().message, '2 ELB jobs have ended; 1 of them failed.');
    await announce(ended('COMPLETE', allFields), ended('COMPLETE', allFields, { jobId: 'c' }));
    assert.equal(shown().message, '2 ELB jobs have ended.');
  });

  it('is not shown if settings or mute exclude it', async () => {
    level = 'failures';
    await announce(ended('COMPLETE', allFields));
    level = 'none';
    await announce(ended('FAIL', allFields));
    level = 'all';
    const { key, tracked } = ended('FAIL', allFields);
    await announce({ key, tracked: { ...tracked, muted: true } });
    assert.equal(person.shown.length, 0);
  });

  it('makes no link of text from the service, and never cuts off the short ID', async () => {
    const hostile = `[all is well](command:workbench.action.quit) \u202e ${'x'.repeat(10_000)}`;
    const entities = [{ resourceType: hostile, resourceId: hostile }];
    const error = { errorCode: hostile, errorMessage: hostile };
    await announce(ended('FAIL', { jobType: hostile, ...error, subJobs: [subJobAt({ entities })] }));
    const { message } = shown();
    assert.doesNotMatch(message, /\]\(|\u202e/);
    assert.ok(message.length < 1000 && message.includes(' 37d5c1fd failed'), message);
  });
});

describe('Open in Console', () => {
  let person: Person;

  beforeEach(() => {
    person = new Person();
  });

  afterEach(() => {
    person.dispose();
  });

  it('shows a message if the load balancer or the console is unknown', async () => {
    const store = new JobStore(noFiles, new MemoryLog());
    const consoleCommand = new ConsoleCommand(nothingSelected(store));
    const messageFor = async (place: Partial<typeof reference>, job?: Job) => {
      const key = await store.track({ ...reference, ...place }, 0);
      if (job !== undefined) store.applyResponse(key, { job }, 1);
      await consoleCommand.open({ key });
      return person.shown.at(-1)?.message;
    };
    assert.match((await messageFor({ jobId: 'a1' })) ?? '', /has not returned data/);
    assert.match((await messageFor({ jobId: 'a2' }, jobAt('COMPLETE'))) ?? '', /has no load balancer to open/);
    const job = jobAt('COMPLETE', { resourceId: LOAD_BALANCER });
    assert.match((await messageFor({ jobId: 'a3', endpoint: 'https://elb.corp.example' }, job)) ?? '', /is unknown/);
  });
});

describe('Copy Command', () => {
  let person: Person;
  let store: JobStore;

  beforeEach(() => {
    person = new Person();
    store = new JobStore(noFiles, new MemoryLog());
  });

  afterEach(() => {
    person.dispose();
  });

  async function run(
    job: Job,
    { platform = 'linux', ...place }: Partial<typeof reference> & { readonly platform?: NodeJS.Platform } = {},
  ): Promise<void> {
    const key = await store.track({ ...reference, ...place }, 0);
    store.applyResponse(key, { job }, 1);
    await new UpgradeCommandPicker(nothingSelected(store), new MemoryLog(), platform).run({ key });
  }

  const upgrade = { jobType: 'UPGRADE', resourceId: LOAD_BALANCER };
  const url = `${reference.endpoint}/v3/${reference.projectId}/elb/loadbalancers/${LOAD_BALANCER}/upgrade`;

  it('offers both decisions for each tool, copies the chosen line, and says that nothing is sent', async () => {
    person.types('Roll back: curl');
    await run(jobAt('SUCCESS', upgrade));
    assert.deepEqual(person.offered.at(-1), [
      'Complete: KooCLI no way back',
      'Complete: curl (bash) no way back',
      'Roll back: KooCLI traffic returns to the old load balancer',
      'Roll back: curl (bash) traffic returns to the old load balancer',
    ]);
    assert.equal(
      await vscode.env.clipboard.readText(),
      `curl -X POST '${url}' -H 'Content-Type: application/json' -H "X-Auth-Token: $TOKEN" -d '{"action":"rollback"}'`,
    );
    assert.deepEqual(person.statusMessages, ['$(check) Copied. ELB Job Tracker never sends it: run it yourself.']);
  });

  it('shows the whole command before it is copied, for the shells of Windows as well', async () => {
    person.types('Complete: curl (cmd)');
    await run(jobAt('SUCCESS', upgrade), { platform: 'win32' });
    const shown = await vscode.env.clipboard.readText();
    assert.match(shown, /%TOKEN%/);
    assert.ok(person.details.at(-1)?.includes(shown));
    assert.equal(person.offered.at(-1)?.length, 8);
  });

  it('offers no KooCLI for an endpoint without a known region', async () => {
    person.types('Complete: curl');
    await run(jobAt('SUCCESS', upgrade), { endpoint: 'https://elb.corp.example' });
    assert.equal(person.offered.at(-1)?.length, 2);
  });

  it('refuses with a sentence if the load balancer is unknown or its ID unusual, or if nothing waits', async () => {
    const messageFor = async (jobId: string, job: Job) => {
      await run(job, { jobId });
      return person.shown.at(-1)?.message ?? '';
    };
    assert.match(await messageFor('a1', jobAt('SUCCESS', { jobType: 'UPGRADE' })), /does not say which load balancer/);
    const hostile = { jobType: 'UPGRADE', resourceId: '$(reboot)' };
    assert.match(await messageFor('a2', jobAt('SUCCESS', hostile)), /^No command was made: /);
    assert.match(await messageFor('a3', jobAt('COMPLETE', upgrade)), /does not wait for a decision/);
    assert.deepEqual(person.statusMessages, []);
  });
});

describe('The reminder of a waiting upgrade', () => {
  it('says how long it has been waiting, opens the console, and mutes the job', async () => {
    const person = new Person();
    const store = new JobStore(noFiles, new MemoryLog());
    const clock = { ...systemClock, now: () => 50 * HOUR };
    const ran: string[] = [];
    try {
      const key = await store.track(reference, 0);
      store.applyResponse(key, { job: jobAt('SUCCESS', { jobType: 'UPGRADE', resourceId: LOAD_BALANCER }) }, HOUR);
      const notices = new UpgradeNotices({
        ...{ store, clock, log: new MemoryLog() },
        reveal: () => Promise.resolve(),
        openInConsole: ({ reference: { jobId } }) => Promise.resolve(void ran.push(jobId)),
        copyCommand: () => Promise.resolve(),
      });
      for (const action of ['Open in Console', 'Mute']) {
        person.clicks(action);
        notices.remind([{ key, tracked: store.get(key) ?? assert.fail() }]);
        await new Promise((resolve) => setTimeout(resolve));
      }
      const { message, actions, severity } = person.lastShown();
      assert.equal(message, 'UPGRADE 37d5c1fd: upgrade has been waiting 2 days 1 hr for your decision');
      assert.deepEqual([severity, actions], ['information', ['Open in Console', 'Copy Command', 'Mute']]);
      assert.deepEqual(ran, [reference.jobId]);
      assert.equal(store.get(key)?.muted, true);
    } finally {
      person.dispose();
    }
  });
});

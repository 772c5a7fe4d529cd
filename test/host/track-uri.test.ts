import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { systemClock } from '../../src/base/clock';
import { HOUR } from '../../src/base/time-units';
import type { JobReference } from '../../src/jobs/model/job-reference';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { TrackUriHandler } from '../../src/ui/tracking/track-uri-handler';
import { MemoryLog } from '../support/samples';
import { EXTENSION_ID, Workbench } from '../support/host/workbench';

const JOB = OFFICIAL_EXAMPLE.jobId;

describe('a track URI', () => {
  let workbench: Workbench;
  let tracked: JobReference[];
  let handler: TrackUriHandler;
  let passedMs: number;

  beforeEach(async () => {
    workbench = await Workbench.open();
    tracked = [];
    passedMs = 0;
    const { credentials, ready } = workbench.app;
    handler = new TrackUriHandler({
      credentials,
      profiles: { add: () => Promise.resolve(undefined) },
      track: {
        track: (references) => {
          tracked.push(...references);
          return Promise.resolve();
        },
      },
      clock: { ...systemClock, elapsed: () => passedMs },
      log: new MemoryLog(),
      ready,
    });
  });

  afterEach(async () => {
    await workbench.close();
  });

  const open = (query: string) => handler.handleUri(vscode.Uri.parse(`vscode://${EXTENSION_ID}/track?${query}`));
  const lastShown = () => workbench.person.lastShown();

  it('tracks a job only after the person has confirmed it, with the credentials that the dialog shows', async () => {
    await workbench.signIn();
    const { person, cloud } = workbench;
    await open(`job_id=${JOB}`);
    assert.deepEqual(tracked, [], 'Closing the dialog tracks nothing');
    assert.ok(lastShown().detail?.startsWith(`${JOB}\n\n`));
    assert.ok(lastShown().detail?.includes(cloud.origin));
    person.clicks('Track');
    await open(`job_id=${JOB}&project_id=${cloud.projects[0].id}`);
    assert.deepEqual(tracked, [], 'Links are ignored for a while after a No');
    passedMs += HOUR;
    await open(`job_id=${JOB}&project_id=${cloud.projects[0].id}`);
    assert.deepEqual(tracked, [workbench.reference(JOB)]);
  });

  it('shows in the dialog that an ID is not complete', async () => {
    await workbench.signIn();
    await open(`job_id=${JOB.slice(0, 10)}${JOB.slice(11)}`);
    assert.match(lastShown().detail ?? '', /^[\da-f-]{35} \(one character short\)\n/);
  });

  it('shows one dialog if a page opens many URIs at a time', async () => {
    await workbench.signIn();
    const before = workbench.person.shown.length;
    await Promise.all(Array.from({ length: 50 }, () => open(`job_id=${JOB}`)));
    assert.equal(workbench.person.shown.length, before + 1);
    await Promise.all(Array.from({ length: 50 }, () => open('job_id=../x')));
    for (let count = 0; count < 20; count += 1) await open('job_id=../x');
    assert.equal(workbench.person.shown.length, before + 2, 'Invalid URIs show one message');
  });

  it('is refused if it contains an endpoint or a key', async () => {
    await workbench.signIn();
    workbench.person.clicksFirstAction();
    await open(`job_id=${JOB}&endpoint=https%3A%2F%2Felb.evil.example`);
    assert.match(lastShown().message, /contains “endpoint”/);
    assert.deepEqual(tracked, []);
  });

  it('tracks nothing without matching credentials', async () => {
    workbench.person.clicks('Track');
    await open(`job_id=${JOB}`);
    assert.deepEqual([lastShown().actions, tracked], [['Add Credentials'], []]);
    await workbench.signIn();
    passedMs += HOUR;
    await open(`job_id=${JOB}&project_id=${'0'.repeat(32)}`);
    assert.match(lastShown().message, /but you have no credentials for it/);
    assert.deepEqual(tracked, []);
  });
});

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { systemClock } from '../../src/base/clock';
import type { JobReference } from '../../src/jobs/model/job-reference';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { TrackUriHandler } from '../../src/ui/tracking/track-uri-handler';
import { MemoryLog } from '../support/samples';
import { EXTENSION_ID, Workbench } from '../support/host/workbench';

const JOB = OFFICIAL_EXAMPLE.jobId;

describe('a URI from outside', () => {
  let workbench: Workbench;
  let tracked: JobReference[];
  let handler: TrackUriHandler;

  beforeEach(async () => {
    workbench = await Workbench.open();
    tracked = [];
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
      clock: systemClock,
      log: new MemoryLog(),
      ready,
    });
  });

  afterEach(async () => {
    await workbench.close();
  });

  const open = (query: string) => handler.handleUri(vscode.Uri.parse(`vscode://${EXTENSION_ID}/track?${query}`));
  const lastShown = () => workbench.person.shown.at(-1) ?? assert.fail('something is shown');

  it('tracks with the own credentials that the person is shown, and only after a yes', async () => {
    await workbench.signIn();
    const { person, cloud } = workbench;
    await open(`job_id=${JOB}`);
    assert.deepEqual(tracked, [], 'closing the dialog is a no');
    assert.ok(lastShown().detail?.startsWith(`${JOB}\n\n`));
    assert.ok(lastShown().detail?.includes(cloud.origin));
    person.chooses(({ actions }) => actions.find((action) => action === 'Track'));
    await open(`job_id=${JOB}&project_id=${cloud.projects[0].id}`);
    assert.deepEqual(tracked, [{ endpoint: cloud.origin, projectId: cloud.projects[0].id, jobId: JOB }]);
  });

  it('asks once where a page opens many at a time', async () => {
    await workbench.signIn();
    const before = workbench.person.shown.length;
    await Promise.all(Array.from({ length: 50 }, () => open(`job_id=${JOB}`)));
    assert.equal(workbench.person.shown.length, before + 1);
    await Promise.all(Array.from({ length: 50 }, () => open('job_id=../x')));
    for (let count = 0; count < 20; count += 1) await open('job_id=../x');
    assert.equal(workbench.person.shown.length, before + 2, 'and is refused once');
  });

  it('that carries an endpoint or a key is refused', async () => {
    await workbench.signIn();
    workbench.person.chooses(({ actions }) => actions[0]);
    await open(`job_id=${JOB}&endpoint=https%3A%2F%2Felb.evil.example`);
    assert.match(lastShown().message, /carries “endpoint”/);
    assert.deepEqual(tracked, []);
  });

  it('is of no use without credentials that fit', async () => {
    workbench.person.chooses(({ actions }) => actions.find((action) => action === 'Track'));
    await open(`job_id=${JOB}`);
    assert.deepEqual([lastShown().actions, tracked], [['Add Credentials'], []]);
    await workbench.signIn();
    await open(`job_id=${JOB}&project_id=${'0'.repeat(32)}`);
    assert.match(lastShown().message, /for which you have no credentials/);
    assert.deepEqual(tracked, []);
  });
});

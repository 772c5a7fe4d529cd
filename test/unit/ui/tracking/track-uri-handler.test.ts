import assert from 'node:assert/strict';
import type { Uri } from 'vscode';
import { MINUTE, SECOND } from '../../../../src/base/time-units';
import type { JobReference } from '../../../../src/jobs/model/job-reference';
import { TrackUriHandler } from '../../../../src/ui/tracking/track-uri-handler';
import { Person } from '../../../support/host/person';
import { Windows, STORED } from '../../../support/credentials/windows';
import { MemoryLog, reference } from '../../../support/samples';

const { endpoint, projectId, jobId } = reference;
const key = { accessKey: 'AKIDPLANTED0000001', secretKey: 'sk-planted' };

describe('links that ask to track jobs', () => {
  let person: Person;
  let windows: Windows;
  let tracked: readonly JobReference[];
  let log: MemoryLog;
  let handler: TrackUriHandler;

  beforeEach(async () => {
    person = new Person();
    windows = new Windows();
    tracked = [];
    log = new MemoryLog();
    const { credentials } = await windows.open();
    await credentials.profiles.add({ endpoint, projectId, source: STORED, credential: key });
    handler = new TrackUriHandler({
      credentials,
      profiles: { add: () => Promise.resolve(undefined) },
      track: {
        track: (references) => {
          tracked = [...tracked, ...references];
          return Promise.resolve();
        },
      },
      clock: windows.clock,
      log,
      ready: Promise.resolve(),
    });
  });

  afterEach(() => {
    person.dispose();
  });

  const open = (query = `job_id=${jobId}`) =>
    handler.handleUri({ path: '/track', query, fragment: '' } as unknown as Uri);
  const questions = () => person.shown.filter(({ severity }) => severity === 'warning').length;
  const notes = () => person.shown.filter(({ severity }) => severity === 'information');

  it('ask once if ten in a row are each answered No, and say once until when they are ignored', async () => {
    for (let count = 0; count < 10; count += 1) await open();
    assert.equal(questions(), 1);
    assert.equal(notes().length, 1);
    assert.match(notes()[0]?.message ?? '', /ignored until .*12:01.*run "Track ELB Job"/);
    assert.ok(log.lines.length <= 2, log.lines.join('\n'));
  });

  it('ask once if ten come at the same time, and the others are dropped', async () => {
    person.clicks('Track');
    await Promise.all(Array.from({ length: 10 }, () => open()));
    assert.deepEqual([questions(), tracked], [1, [reference]]);
  });

  it('ask again after a minute, and after each further No twice as long, up to ten minutes', async () => {
    await open();
    for (const minutes of [1, 2, 4, 8, 10, 10, 10]) {
      const before = questions();
      await windows.clock.advance(minutes * MINUTE - 1);
      await open();
      assert.equal(questions(), before, `still ignored after almost ${minutes} min`);
      await windows.clock.advance(1);
      await open();
      assert.equal(questions(), before + 1, `asked after ${minutes} min`);
    }
  });

  it('ask again after a minute if the last No was long ago', async () => {
    for (let count = 0; count < 3; count += 1) {
      await open();
      await windows.clock.advance(60 * MINUTE);
    }
    const before = questions();
    await open();
    await windows.clock.advance(MINUTE);
    await open();
    assert.equal(questions(), before + 2);
  });

  it('ask again although the clock of the computer was set back', async () => {
    await open();
    windows.clock.setBack(24 * 60 * MINUTE);
    await windows.clock.advance(MINUTE);
    await open();
    assert.equal(questions(), 2);
  });

  it('ask each time after a Yes', async () => {
    person.clicks('Track');
    for (let count = 0; count < 5; count += 1) await open();
    assert.deepEqual([questions(), tracked.length, notes()], [5, 5, []]);
  });

  it('pause also after a No to adding credentials', async () => {
    for (let count = 0; count < 10; count += 1) await open(`job_id=${jobId}&project_id=${'f'.repeat(32)}`);
    assert.equal(questions(), 1);
  });

  it('show one error if a page opens invalid ones for a minute', async () => {
    for (let count = 0; count < 55; count += 1) {
      await open('job_id=../x');
      await windows.clock.advance(SECOND);
    }
    assert.deepEqual(
      person.shown.map(({ severity }) => severity),
      ['error'],
    );
  });
});

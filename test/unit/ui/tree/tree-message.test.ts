import assert from 'node:assert/strict';
import { MINUTE, SECOND } from '../../../../src/base/time-units';
import { DEMO_PROJECT } from '../../../../src/demo/demo-project';
import { newlyFollowed } from '../../../../src/jobs/discovery/followed-project';
import type { PollError } from '../../../../src/jobs/model/poll-error';
import type { ProjectReference } from '../../../../src/jobs/model/project';
import { newlyTracked } from '../../../../src/jobs/model/tracked-job';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { NEWEST_FIRST } from '../../../../src/ui/tree/job-arrangement';
import { TreeMessage } from '../../../../src/ui/tree/tree-message';
import { FakeClock } from '../../../support/fake-clock';
import { jobAt, MemoryLog, noFiles, reference } from '../../../support/samples';

type Parts = ConstructorParameters<typeof TreeMessage>[1];

const onDidChange = () => ({ dispose: () => undefined });

describe('the message above the tree', () => {
  interface Given {
    readonly error?: PollError;
    /** Why entries of `profiles.json` are not used. */
    readonly unreadable?: readonly ('other-place' | 'damaged')[];
    /** Of their projects; missing if they cannot be read. */
    readonly id?: string | undefined;
    readonly profiles?: number;
    readonly isDemo?: boolean;
    readonly isReady?: boolean;
  }

  async function messageOf({ error, unreadable = [], profiles = 1, ...given }: Given): Promise<string> {
    const store = new JobStore(noFiles, new MemoryLog());
    await store.restore([
      {
        ...newlyTracked(given.isDemo === true ? { ...reference, ...DEMO_PROJECT } : reference, 0),
        job: jobAt('RUNNING', {}),
      },
    ]);
    const id = 'id' in given ? given.id : 'project';
    const view: { message?: string } = {};
    const credentials = {
      all: () => Array.from({ length: profiles }, () => ({})),
      refusalFor: () => error && { profile: {}, error },
      unreadable: unreadable.map((reason) => ({ reason, id })),
      onDidChange,
    };
    const message = new TreeMessage(view, {
      store,
      credentials: credentials as unknown as Parts['credentials'],
      pause: { isPaused: false, onDidChange },
      followed: { all: () => [], onDidChange },
      options: { current: NEWEST_FIRST, onDidChange },
      clock: new FakeClock(),
    });
    message.reportClockSkew(0);
    if (given.isReady !== false) message.setReady();
    message.dispose();
    return view.message ?? '';
  }

  it('says until when nothing is sent after too many failed sign-ins, and never a time that is too early', async () => {
    const at = new Date(2026, 0, 1, 14, 4).getTime();
    for (const until of [at + 1, at + 31 * SECOND, at + MINUTE]) {
      const message = await messageOf({ error: { kind: 'too-many-failures', until } });
      assert.match(
        message,
        /^3 sign-ins .* failed within 10 minutes\. Nothing is sent with it until 2:05.PM, or until/,
      );
    }
    assert.match(await messageOf({ error: { kind: 'too-many-failures', until: at } }), / until 2:04.PM,/);
  });

  /** A message above a list without credentials, while these projects are followed. */
  function openWithFollowed(projects: readonly ProjectReference[]) {
    const clock = new FakeClock();
    const store = new JobStore(noFiles, new MemoryLog());
    const view: { message?: string } = {};
    const message = new TreeMessage(view, {
      store,
      credentials: {
        ...{ all: () => [], refusalFor: () => undefined, profileOf: () => undefined, unreadable: [], onDidChange },
      } as unknown as Parts['credentials'],
      pause: { isPaused: false, onDidChange },
      followed: { all: () => projects.map((project) => newlyFollowed(project, clock.now())), onDidChange },
      options: { current: NEWEST_FIRST, onDidChange },
      clock,
    });
    return { clock, store, view, message };
  }

  it('says while new jobs wait for a job that is not found yet, and no longer', async () => {
    const { clock, store, view, message } = openWithFollowed([reference]);
    const automatically = /^New jobs of .* are tracked automatically\.$/;
    const key = await store.track(reference, clock.now());
    assert.match(view.message ?? '', automatically);
    store.applyError(key, { kind: 'not-found' }, clock.now());
    assert.match(
      view.message ?? '',
      /^New jobs of .* appear within a minute: Job 37d5c1fd is not found yet, and may be one of them\.$/,
    );
    await clock.advance(10 * SECOND);
    store.applyError(key, { kind: 'not-found' }, clock.now());
    assert.match(view.message ?? '', /appear within a minute/);
    await clock.advance(40 * SECOND);
    assert.match(view.message ?? '', automatically);
    message.dispose();
    assert.equal(clock.pendingTimers, 0);
  });

  it('says of each project alone when its new jobs no longer wait', async () => {
    const projects = [reference, { ...reference, projectId: 'f'.repeat(32) }];
    const { clock, store, view, message } = openWithFollowed(projects);
    const waiting = () => view.message?.match(/appear within a minute/g)?.length ?? 0;
    for (const project of projects) {
      const key = await store.track(project, clock.now());
      store.applyError(key, { kind: 'not-found' }, clock.now());
      await clock.advance(30 * SECOND);
    }
    assert.equal(waiting(), 1);
    await clock.advance(20 * SECOND);
    assert.equal(waiting(), 0);
    message.dispose();
    assert.equal(clock.pendingTimers, 0);
  });

  it('says how many credentials are not used because profiles.json was edited, apart from those that are unreadable', async () => {
    assert.equal(await messageOf({}), '');
    assert.match(
      await messageOf({ unreadable: ['other-place'] }),
      /^1 credential entry is not used, because .* edited/,
    );
    assert.match(
      await messageOf({ unreadable: ['other-place', 'damaged', 'other-place'] }),
      /^2 credential entries are not used, because .* edited .* 1 credential entry cannot be read by this version/,
    );
  });

  it('shows that the person is not signed in, and where the button is, but not before the credentials are loaded', async () => {
    assert.match(
      await messageOf({ profiles: 0 }),
      /^Not signed in: jobs are not polled\. Add credentials with the key/,
    );
    assert.equal(await messageOf({ profiles: 0, isReady: false }), '');
    assert.equal(await messageOf({ profiles: 1 }), '');
    assert.doesNotMatch(await messageOf({ profiles: 0, unreadable: ['damaged'] }), /Not signed in/);
    assert.doesNotMatch(await messageOf({ profiles: 0, isDemo: true }), /Not signed in/);
  });

  it('does not say that nothing is sent while the list has jobs of the cloud beside the demo', async () => {
    const { clock, store, view, message } = openWithFollowed([]);
    await store.track({ ...reference, ...DEMO_PROJECT }, clock.now());
    assert.equal(view.message, 'Demo data: no requests to Huawei Cloud.');
    await store.track(reference, clock.now());
    assert.match(view.message ?? '', /Jobs with the word “Demo” are made up: no requests are sent for them\.$/);
    message.dispose();
  });

  it('does not say for ever that an entry cannot be read if it is not known whose it is', async () => {
    assert.equal(await messageOf({ unreadable: ['damaged'], id: undefined }), '');
    assert.match(
      await messageOf({ unreadable: ['damaged'], id: undefined, profiles: 0 }),
      /^1 credential entry cannot be read/,
    );
  });
});

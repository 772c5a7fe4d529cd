import assert from 'node:assert/strict';
import path from 'node:path';
import { Emitter } from '../../../../src/base/emitter';
import { HOUR, MINUTE, SECOND } from '../../../../src/base/time-units';
import type { Profile } from '../../../../src/credentials/profiles/profile';
import type { JobKey } from '../../../../src/jobs/model/job-reference';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { ClaimFiles } from '../../../../src/storage/claim-files';
import { ExpiryNotice } from '../../../../src/ui/notices/expiry-notice';
import { FakeClock, settle } from '../../../support/fake-clock';
import { shownTexts } from '../../../support/fake-vscode';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { jobAt, MemoryLog, noFiles, reference } from '../../../support/samples';

const errorOf = (code: string) => Object.assign(new Error(`${code}: the file is in use`), { code });

describe('the warning before credentials expire', () => {
  let clock: FakeClock;
  let files: MemoryFileSystem;
  let log: MemoryLog;
  let store: JobStore;
  let key: JobKey;
  let opened: ExpiryNotice[];
  let code: string | undefined;
  let attempts: number;

  beforeEach(async () => {
    clock = new FakeClock();
    files = new MemoryFileSystem();
    log = new MemoryLog();
    store = new JobStore(noFiles, log);
    opened = [];
    code = undefined;
    attempts = 0;
    shownTexts.length = 0;
    key = await store.track(reference, clock.now());
    store.applyResponse(key, { job: jobAt('RUNNING') }, clock.now());
  });

  afterEach(() => {
    for (const each of opened) each.dispose();
  });

  /** Opens a window in which the credentials of the job's project expire after `expiresInMs`. */
  function open(owner: string, expiresInMs: number, source: Profile['source'] = { kind: 'token' }): ExpiryNotice {
    const changes = new Emitter<undefined>((cause) => assert.fail(String(cause)));
    const profile: Profile = {
      id: '0123456789abcdef',
      endpoint: reference.endpoint,
      projectId: reference.projectId,
      source,
      keyChangedAt: 0,
      expiresAt: clock.now() + expiresInMs,
    };
    const disk = files.viewWith((operation) => {
      if (operation === 'create') attempts += 1;
      return code === undefined ? Promise.resolve() : Promise.reject(errorOf(code));
    });
    const claims = new ClaimFiles({ files: disk, owner });
    const notice = new ExpiryNotice({
      credentials: {
        all: () => [profile],
        endOf: ({ expiresAt }) => expiresAt,
        onDidChange: (listener) =>
          changes.event(() => {
            listener();
          }),
      },
      store,
      claim: (name) => claims.claim(path.posix.join('storage', 'notices', name)),
      clock,
      log,
    });
    opened.push(notice);
    changes.fire(undefined);
    return notice;
  }

  const warnings = () => shownTexts.filter((text) => text.includes('these credentials are needed')).length;

  it('says once, in one window, that a token from a sign-in with a passcode needs the person', async () => {
    const mfaUserId = '7116d09f88fa41908676fdd4b039e95b';
    const source = {
      kind: 'password',
      iamEndpoint: 'https://iam.example.com',
      domain: 'd',
      user: 'u',
      mfaUserId,
    } as const;
    open('one', HOUR, source);
    open('other', HOUR, source);
    await clock.advance(2 * HOUR);
    assert.equal(shownTexts.length, 1);
    assert.match(shownTexts[0] ?? '', /Only you can renew it, with the password and a new passcode\.$/);
  });

  it('is shown by one of two windows', async () => {
    open('one', HOUR);
    open('other', HOUR);
    await clock.advance(44 * MINUTE);
    assert.equal(warnings(), 0);
    await clock.advance(HOUR);
    assert.deepEqual([warnings(), clock.pendingTimers], [1, 0]);
  });

  for (const busy of ['EBUSY', 'EPERM', 'EACCES', 'ENOSPC', 'EROFS']) {
    it(`is shown once by two windows whose claims fail with ${busy} at first`, async () => {
      code = busy;
      open('one', HOUR);
      open('other', HOUR);
      await clock.advance(46 * MINUTE);
      assert.equal(warnings(), 0);
      code = undefined;
      await clock.advance(HOUR);
      assert.deepEqual([warnings(), clock.pendingTimers], [1, 0]);
    });
  }

  it('is tried again when the person returns, and not after the credentials have expired', async () => {
    code = 'EBUSY';
    const notice = open('one', 10 * MINUTE);
    await clock.advance(5 * MINUTE);
    const before = attempts;
    notice.retryNow();
    await settle();
    assert.equal(attempts, before + 1);
    await clock.advance(HOUR);
    assert.deepEqual([warnings(), clock.pendingTimers], [0, 0]);
    assert.equal(log.lines.length, 1, log.lines.join());
    code = undefined;
    notice.retryNow();
    await settle();
    assert.equal(warnings(), 0);
  });

  it('is not tried again if the job has ended, or the window has closed', async () => {
    code = 'EBUSY';
    open('one', HOUR);
    const closed = open('closed', HOUR);
    await clock.advance(46 * MINUTE);
    closed.dispose();
    store.applyResponse(key, { job: jobAt('COMPLETE') }, clock.now());
    code = undefined;
    await clock.advance(HOUR);
    assert.deepEqual([warnings(), clock.pendingTimers], [0, 0]);
  });

  it('is shown if its claim was created although the disk reported a failure', async () => {
    const end = clock.now() + 10 * MINUTE;
    const file = path.posix.join('storage', 'notices', `expiry-0123456789abcdef-${end}`);
    code = 'EBUSY';
    open('one', 10 * MINUTE);
    await settle();
    await files.create(file, 'one');
    code = undefined;
    await clock.advance(10 * SECOND);
    assert.equal(warnings(), 1);
  });
});

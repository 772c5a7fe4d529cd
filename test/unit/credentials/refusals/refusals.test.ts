import assert from 'node:assert/strict';
import path from 'node:path';
import { IS_REFUSAL, readRefusal, writeRefusal } from '../../../../src/credentials/refusals/refusal';
import { Refusals } from '../../../../src/credentials/refusals/refusals';
import type { ElbError, ElbErrorKind } from '../../../../src/cloud/http/error';
import { stopsCredential } from '../../../../src/jobs/model/poll-error';
import { settle } from '../../../support/fake-clock';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { MemoryLog } from '../../../support/samples';
import { FOLDER } from '../../../support/credentials/windows';

const KEY = 'a'.repeat(32);
const OTHER_KEY = 'b'.repeat(32);
const PROFILE = 'c'.repeat(16);
const OTHER_PROFILE = 'd'.repeat(16);
const fileOf = (name: string) => path.posix.join(FOLDER, 'refusals', name);
const refusal = (kind: ElbError['kind'], at = 1) => ({ at, error: { kind, httpStatus: 401, requestId: 'r' } });

describe('refusals', () => {
  let files: MemoryFileSystem;
  let log: MemoryLog;

  beforeEach(() => {
    files = new MemoryFileSystem();
    log = new MemoryLog();
  });

  const openWindow = () => new Refusals({ files, directory: FOLDER, log });

  async function find(refusals: Refusals, keyHash = KEY, profile = PROFILE): Promise<ElbError | undefined> {
    await refusals.refresh();
    return (await refusals.find(keyHash, profile))?.error;
  }

  it('of a key hold in all projects, windows and sessions, and for no other key', async () => {
    const one = openWindow();
    const other = openWindow();
    assert.equal(await find(other), undefined);
    assert.equal(await one.add({ keyHash: KEY }, refusal('authentication')), true);
    for (const window of [one, other, openWindow()]) {
      assert.deepEqual(await find(window), refusal('authentication').error);
      assert.deepEqual(await find(window, KEY, OTHER_PROFILE), refusal('authentication').error);
      assert.equal(await find(window, OTHER_KEY), undefined);
    }
  });

  it('of a key in one project hold in that project only', async () => {
    const refusals = openWindow();
    await refusals.add({ keyHash: KEY, profileId: PROFILE }, refusal('api-absent'));
    assert.equal((await find(refusals))?.kind, 'api-absent');
    assert.equal(await find(refusals, KEY, OTHER_PROFILE), undefined);
    assert.equal(await find(refusals, OTHER_KEY), undefined);
  });

  it('are new for the first window only', async () => {
    const [one, other] = [openWindow(), openWindow()];
    assert.equal(await one.add({ keyHash: KEY }, refusal('authentication', 1)), true);
    assert.equal(await other.add({ keyHash: KEY }, refusal('locked-out', 2)), false);
    assert.equal((await find(other))?.kind, 'authentication');
  });

  it('are lifted for a key as a whole, and for no other', async () => {
    const [one, other] = [openWindow(), openWindow()];
    await one.add({ keyHash: KEY }, refusal('authentication'));
    await one.add({ keyHash: KEY, profileId: PROFILE }, refusal('gateway-forbidden'));
    await one.add({ keyHash: OTHER_KEY }, refusal('authentication'));
    await other.lift(KEY);
    for (const window of [one, other]) {
      assert.equal(await find(window), undefined);
      assert.equal((await find(window, OTHER_KEY))?.kind, 'authentication');
    }
  });

  it('of a newer version hold, whatever their fields are', async () => {
    const newer = { version: 2, at: 5, error: { kind: 'frozen', reason: 'arrears', code: 'X.1', more: [] }, more: 1 };
    await files.replace(fileOf(`${KEY}.json`), JSON.stringify(newer));
    assert.deepEqual(await find(openWindow()), { kind: 'authentication', reason: undefined, code: 'X.1' });
  });

  it('are of the kinds that stop a credential, and their files hold every other field of the error', () => {
    for (const kind of Object.keys(IS_REFUSAL) as ElbErrorKind[]) {
      assert.equal(IS_REFUSAL[kind], stopsCredential({ kind }), kind);
      const saved: ElbError = { kind, httpStatus: 401, code: 'c', message: 'm', requestId: 'r', reason: 'unknown-key' };
      assert.deepEqual(readRefusal(writeRefusal({ at: 1, error: saved })), {
        at: 1,
        error: IS_REFUSAL[kind] ? saved : { ...saved, kind: 'authentication' },
      });
    }
  });

  it('that cannot be read hold until they are lifted', async () => {
    const refusals = openWindow();
    for (const text of ['', '{"version":1', '{"version":3,"refused":true}']) {
      await files.replace(fileOf(`${KEY}.json`), text);
      assert.equal((await find(refusals))?.kind, 'authentication');
    }
    await refusals.refresh();
    files.failNext(new Error('bad sector'), 'read');
    assert.equal((await refusals.find(KEY, PROFILE))?.error.kind, 'authentication');
    await refusals.lift(KEY);
    assert.equal(await find(refusals), undefined);
  });

  it('that cannot be saved hold in their window', async () => {
    const refusals = openWindow();
    for (const isNew of [true, false]) {
      files.failNext(new Error('no space'), 'create');
      assert.equal(await refusals.add({ keyHash: KEY }, refusal('authentication')), isNew);
    }
    assert.equal((await find(refusals))?.kind, 'authentication');
    assert.equal(refusals.isEmpty, false);
    await refusals.lift(KEY);
    assert.equal(await find(refusals), undefined);
    assert.equal(refusals.isEmpty, true);
  });

  it('that could not be saved are saved later, for the other windows and sessions', async () => {
    const refusals = openWindow();
    const busy = () => Object.assign(new Error('busy'), { code: 'EBUSY' });
    files.failNext(busy(), 'create');
    assert.equal(await refusals.add({ keyHash: KEY }, refusal('authentication')), true);
    files.failNext(busy(), 'create');
    assert.equal((await find(refusals))?.kind, 'authentication');
    assert.equal(await find(openWindow()), undefined);
    await refusals.refresh();
    const other = openWindow();
    assert.equal((await find(other))?.kind, 'authentication');
    await other.lift(KEY);
    assert.equal(await find(refusals), undefined);
  });

  it('that are known hold while the folder cannot be read', async () => {
    const refusals = openWindow();
    await refusals.add({ keyHash: KEY }, refusal('authentication'));
    files.failNext(new Error('gone'), 'names');
    assert.equal((await find(refusals))?.kind, 'authentication');
    assert.equal(log.lines.length, 1);
  });

  it('hold if they cannot be removed', async () => {
    const refusals = openWindow();
    await refusals.add({ keyHash: KEY }, refusal('authentication'));
    files.failNext(new Error('read-only'), 'remove');
    await assert.rejects(refusals.lift(KEY));
    assert.equal((await find(refusals))?.kind, 'authentication');
  });

  it('of other windows are noticed', async () => {
    let changes = 0;
    const watch = openWindow().watch(() => (changes += 1));
    await openWindow().add({ keyHash: KEY }, refusal('authentication'));
    await settle();
    assert.equal(changes, 1);
    watch.dispose();
    await openWindow().lift(KEY);
    await settle();
    assert.equal(changes, 1);
  });
});

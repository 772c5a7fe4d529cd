import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { Automation } from '../../../src/automation/automation';
import { exportedApi, MAX_API_LISTENERS, registerApiCommands } from '../../../src/automation/exported-api';
import { Emitter } from '../../../src/base/emitter';
import { settle } from '../../support/fake-clock';
import { commandHandlers } from '../../support/fake-vscode';

describe('what activate() returns to other extensions', () => {
  const emitter = new Emitter<unknown>(() => undefined);
  const automation = {
    api: {
      onDidChange: emitter.event,
      onDidEnd: emitter.event,
      jobs: () => Promise.resolve(['job']),
      runCommand: (...call: readonly unknown[]) => Promise.resolve(call),
    },
  } as unknown as Automation;
  let loads: number;
  const load = () => {
    loads += 1;
    return Promise.resolve(automation);
  };

  beforeEach(() => {
    loads = 0;
  });

  it('has version 1, names it to callers of others, and cannot be changed by a caller', async () => {
    const exported = exportedApi(load);
    const getAPI = exported.getAPI as (version: unknown) => unknown;
    for (const version of [2, 0, '1', undefined]) {
      assert.throws(() => getAPI(version), /has no API version .*\. The only version is 1\.$/);
    }
    const api = exported.getAPI(1);
    assert.equal(loads, 0, 'The code is read on first use');
    assert.ok(Object.isFrozen(exported) && Object.isFrozen(api));
    assert.deepEqual(await api.jobs(), ['job']);
    assert.deepEqual(Object.keys(api), ['track', 'jobs', 'get', 'waitFor', 'onDidChange', 'onDidEnd']);
  });

  it('subscribes at once, in spite of reading code first, and ends at the disposal, also before the code is read', async () => {
    const api = exportedApi(load).getAPI(1);
    let heard = 0;
    const count = () => (heard += 1);
    const subscription = api.onDidChange(count);
    api.onDidChange(count).dispose();
    await settle();
    emitter.fire({});
    assert.equal(heard, 1);
    subscription.dispose();
    emitter.fire({});
    assert.equal(heard, 1);
  });

  it('rejects each call if its code cannot be read, and a listener leaves no unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const remember = (cause: unknown) => unhandled.push(cause);
    process.on('unhandledRejection', remember);
    try {
      const api = exportedApi(() => Promise.reject(new Error('no file'))).getAPI(1);
      const subscription = api.onDidChange(() => undefined);
      await assert.rejects(api.jobs(), /no file/);
      await setImmediate();
      subscription.dispose();
      assert.deepEqual(unhandled, []);
    } finally {
      process.off('unhandledRejection', remember);
    }
  });

  it('refuses what is no listener, and more listeners than a bound', () => {
    const api = exportedApi(load).getAPI(1);
    assert.throws(() => api.onDidEnd('listener' as unknown as () => void), {
      code: 'invalid-argument',
      message: 'Expected a function as the listener of onDidEnd.',
    });
    const all = Array.from({ length: MAX_API_LISTENERS }, () => api.onDidEnd(() => undefined));
    assert.throws(() => api.onDidChange(() => undefined), { code: 'too-many', message: /1000 listeners/ });
    all[0]?.dispose();
    all[0]?.dispose();
    api.onDidChange(() => undefined);
    assert.throws(() => api.onDidChange(() => undefined), { code: 'too-many', message: /1000 listeners/ });
  });

  it('exists as commands, too', async () => {
    const commands = registerApiCommands(load);
    assert.deepEqual(await commandHandlers.get('elbJobs.api.waitFor')?.('id', { timeoutMs: 1 }), [
      'waitFor',
      ['id', { timeoutMs: 1 }],
    ]);
    assert.ok(commandHandlers.has('elbJobs.api.track') && commandHandlers.has('elbJobs.api.get'));
    for (const command of commands) command.dispose();
  });
});

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { BEAT_INTERVAL_MS, STALE_AFTER_MS } from '../../../../src/storage/lease';
import { windowAliveCheck } from '../../../../src/ui/editor/window-alive';
import { FakeClock } from '../../../support/fake-clock';
import { replaceProperty } from '../../../support/host/replace-property';

describe('a window', () => {
  let answer: () => Promise<void>;
  let clock: FakeClock;
  let restore: () => void;

  beforeEach(() => {
    clock = new FakeClock();
    restore = replaceProperty(vscode.commands, 'executeCommand', () => answer());
  });

  afterEach(() => {
    restore();
  });

  it('counts as open as soon as it answers, and not if it refuses', async () => {
    answer = () => Promise.resolve();
    assert.equal(await windowAliveCheck(clock)(), true);
    answer = () => Promise.reject(new Error('disconnected'));
    assert.equal(await windowAliveCheck(clock)(), false);
    assert.equal(clock.pendingTimers, 0);
  });

  it('that never answers counts as closed before another window may take over its lease', async () => {
    answer = () => new Promise(() => undefined);
    const startedAt = clock.now();
    let closedAfterMs = Infinity;
    const check = windowAliveCheck(clock)().then((isAlive) => {
      assert.equal(isAlive, false);
      closedAfterMs = clock.now() - startedAt;
    });
    while (closedAfterMs === Infinity && clock.now() - startedAt < STALE_AFTER_MS) await clock.advance(100);
    await check;
    assert.ok(closedAfterMs + BEAT_INTERVAL_MS < STALE_AFTER_MS, `${closedAfterMs} ms`);
  });
});

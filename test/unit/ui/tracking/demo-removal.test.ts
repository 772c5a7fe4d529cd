import assert from 'node:assert/strict';
import { DurationHistory } from '../../../../src/jobs/model/duration-history';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { DemoData } from '../../../../src/ui/tracking/demo-data';
import { FakeClock } from '../../../support/fake-clock';
import { commands, executedCommands, shownTexts } from '../../../support/fake-vscode';
import { MemoryLog, noFiles } from '../../../support/samples';

describe('the removal of the demo data', () => {
  const { executeCommand } = commands;

  beforeEach(() => {
    shownTexts.length = 0;
    executedCommands.length = 0;
  });

  afterEach(() => {
    commands.executeCommand = executeCommand;
  });

  async function remove(hasOnlyDemoNotices: boolean): Promise<number> {
    const log = new MemoryLog();
    const store = new JobStore(noFiles, log);
    let closed = 0;
    const demo = new DemoData({
      ...{ store, log, clock: new FakeClock(), durations: new DurationHistory() },
      documents: { close: () => Promise.resolve(void (closed += 1)) },
      endingNotices: { hasOnlyDemoNotices },
      timelines: { close: () => undefined },
      tree: { reveal: () => Promise.resolve() },
    });
    await demo.try();
    await demo.remove();
    assert.equal(store.all().size, 0);
    demo.dispose();
    return closed;
  }

  it('hides notifications only if one is about the demo', async () => {
    await remove(false);
    assert.deepEqual(executedCommands, []);
    await remove(true);
    assert.deepEqual(executedCommands, [['notifications.hideToasts']]);
  });

  it('closes its documents, and reports no failure, in an editor without the command that hides notifications', async () => {
    commands.executeCommand = () => Promise.reject(new Error('command not found'));
    assert.equal(await remove(true), 1);
    assert.deepEqual(shownTexts, []);
  });
});

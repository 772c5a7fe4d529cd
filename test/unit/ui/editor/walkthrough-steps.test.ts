import assert from 'node:assert/strict';
import type { Memento } from 'vscode';
import { MINUTE } from '../../../../src/base/time-units';
import { WalkthroughSteps } from '../../../../src/ui/editor/walkthrough-steps';
import { FakeClock, settle } from '../../../support/fake-clock';
import { commands } from '../../../support/fake-vscode';
import { MemoryLog } from '../../../support/samples';

describe('the steps of the walkthrough', () => {
  const { executeCommand } = commands;
  let saved: Map<string, unknown>;
  let ticked: unknown[];
  /** How often the command fails before it works. */
  let failures: number;
  let clock: FakeClock;
  let log: MemoryLog;
  let isDiskFull: boolean;

  beforeEach(() => {
    saved = new Map();
    ticked = [];
    failures = 0;
    clock = new FakeClock();
    log = new MemoryLog();
    isDiskFull = false;
    commands.executeCommand = async (...command) => {
      if (failures > 0) {
        failures -= 1;
        throw new Error('Attempting to access step which does not exist in registry');
      }
      await executeCommand(...command);
      ticked.push(command);
    };
  });

  afterEach(() => {
    commands.executeCommand = executeCommand;
  });

  const steps = () => {
    const memento = {
      get: (key: string) => saved.get(key),
      update: (key: string, value: unknown) =>
        isDiskFull ? Promise.reject(new Error('disk full')) : Promise.resolve(void saved.set(key, value)),
    } as unknown as Memento;
    return new WalkthroughSteps({ extensionId: 'publisher.name', memento, clock, log });
  };

  it('are ticked once for all, so that a step that the person unticks stays so', async () => {
    const first = steps();
    first.complete('track');
    first.complete('track');
    await settle();
    assert.deepEqual(ticked, [['welcome.markStepComplete', 'publisher.name#start#track']]);
    const afterReload = steps();
    afterReload.complete('track');
    afterReload.complete('watch');
    await settle();
    assert.deepEqual(ticked.slice(1), [['welcome.markStepComplete', 'publisher.name#start#watch']]);
  });

  it('are ticked later if VS Code has not read the walkthrough yet', async () => {
    failures = 1;
    steps().complete('credentials');
    await settle();
    assert.deepEqual(ticked, []);
    await clock.advance(MINUTE);
    assert.equal(ticked.length, 1);
  });

  it('are not tried for ever in an editor that cannot tick them', async () => {
    failures = Infinity;
    const all = steps();
    all.complete('credentials');
    await clock.advance(MINUTE);
    assert.equal(clock.pendingTimers, 0);
    failures = 0;
    steps().complete('credentials');
    await clock.advance(MINUTE);
    assert.deepEqual(ticked, []);
  });

  it('are ticked although that cannot be saved, with a line in the log', async () => {
    isDiskFull = true;
    steps().complete('track');
    await settle();
    assert.equal(ticked.length, 1);
    assert.match(JSON.stringify(log), /could not be saved: disk full/);
  });

  it('leave no timer when the window closes while VS Code is asked', async () => {
    failures = 1;
    const all = steps();
    all.complete('credentials');
    all.dispose();
    await settle();
    assert.equal(clock.pendingTimers, 0);
  });
});

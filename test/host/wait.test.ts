import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { systemClock } from '../../src/base/clock';
import type { JobEnding } from '../../src/jobs/endings/ending-announcer';
import { JobStore } from '../../src/jobs/store/job-store';
import { DurationHistory } from '../../src/jobs/model/duration-history';
import { WaitCommand } from '../../src/ui/job-commands/wait-command';
import { neverPaused } from '../support/fake-source';
import { jobAt, MemoryLog, noFiles, reference } from '../support/samples';
import { Person } from '../support/host/person';
import { nothingSelected, until } from '../support/host/workbench';

describe('waiting for a job', () => {
  let person: Person;
  let store: JobStore;
  let wait: WaitCommand;
  let told: string[];
  let isWanted: boolean;
  let messages: string[];
  let shown: number;
  let finished: number;
  let cancel: vscode.CancellationTokenSource;
  const original = vscode.window.withProgress;

  beforeEach(() => {
    person = new Person();
    store = new JobStore(noFiles, new MemoryLog());
    [told, messages, shown, finished, isWanted] = [[], [], 0, 0, true];
    cancel = new vscode.CancellationTokenSource();
    wait = new WaitCommand({
      store,
      selection: nothingSelected(store),
      durations: new DurationHistory(),
      pause: neverPaused,
      clock: systemClock,
      log: new MemoryLog(),
      announcer: {
        isWanted: () => isWanted,
        showFor: (endings: readonly JobEnding[]) => {
          told.push(...endings.map(({ tracked }) => tracked.job?.status ?? ''));
          return Promise.resolve();
        },
      },
    });
    type Task = (progress: vscode.Progress<{ message?: string }>, token: vscode.CancellationToken) => Promise<void>;
    Object.defineProperty(vscode.window, 'withProgress', {
      value: async (_: vscode.ProgressOptions, task: Task) => {
        shown += 1;
        await task({ report: ({ message }) => messages.push(message ?? '') }, cancel.token);
        finished += 1;
      },
      configurable: true,
      writable: true,
    });
  });

  afterEach(() => {
    wait.dispose();
    person.leave();
    Object.defineProperty(vscode.window, 'withProgress', { value: original, configurable: true, writable: true });
  });

  async function running(): Promise<string> {
    const key = await store.track(reference, systemClock.now());
    store.applyResponse(
      key,
      { job: jobAt('RUNNING', { beginTime: systemClock.now() - 5 * 60_000 }) },
      systemClock.now(),
    );
    return key;
  }

  const answer = (key: string, status: string) => {
    store.applyResponse(key, { job: jobAt(status) }, systemClock.now());
  };

  it('shows its state as it changes, once, and leaves the end to the announcement', async () => {
    const key = await running();
    await wait.wait({ key });
    await wait.wait({ key });
    assert.equal(shown, 1);
    assert.deepEqual(messages, ['RUNNING · 5 min']);
    answer(key, 'ROLLBACKING');
    assert.equal(messages.at(-1), 'ROLLBACKING');
    answer(key, 'FAIL');
    await until('it ends', () => finished === 1);
    assert.deepEqual(told, []);
  });

  it('tells the end that is not announced, since it was asked for', async () => {
    isWanted = false;
    const key = await running();
    await wait.wait({ key });
    answer(key, 'COMPLETE');
    await until('it ends', () => finished === 1);
    assert.deepEqual(told, ['COMPLETE']);
  });

  it('ends by its button, which leaves the job alone', async () => {
    const key = await running();
    await wait.wait({ key });
    cancel.cancel();
    await until('it ends', () => finished === 1);
    answer(key, 'COMPLETE');
    assert.deepEqual([told, store.get(key)?.job?.status], [[], 'COMPLETE']);
  });

  it('ends where the job is lost, which is said, or no longer tracked', async () => {
    const key = await running();
    await wait.wait({ key });
    store.applyError(key, { kind: 'not-found' }, systemClock.now());
    await until('it ends', () => finished === 1);
    assert.match(person.shown.at(-1)?.message ?? '', /no longer keeps this job/);
    answer(key, 'RUNNING');
    await wait.wait({ key });
    await store.untrack([key]);
    await until('it ends again', () => finished === 2);
    assert.equal(person.shown.length, 1);
  });

  it('is not for a job that has ended, whose end is told instead', async () => {
    const key = await running();
    answer(key, 'FAIL');
    await wait.wait({ key });
    assert.equal(shown, 0);
    assert.match(person.shown.at(-1)?.message ?? '', /cloneLoadbalancer failed · Job 37d5c1fd/);
  });
});

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { systemClock } from '../../src/base/clock';
import type { JobEnding } from '../../src/jobs/endings/ending-batch';
import { JobStore } from '../../src/jobs/store/job-store';
import { DurationHistory } from '../../src/jobs/model/duration-history';
import { WaitCommand } from '../../src/ui/job-commands/wait-command';
import { neverPaused } from '../support/fake-source';
import { jobAt, MemoryLog, noFiles, reference } from '../support/samples';
import { replaceProperty } from '../support/host/replace-property';
import { Person } from '../support/host/person';
import { nothingSelected, until } from '../support/host/workbench';

describe('waiting for a job', () => {
  let person: Person;
  let store: JobStore;
  let wait: WaitCommand;
  let announced: string[];
  let shouldAnnounce: boolean;
  let messages: string[];
  let shown: number;
  let finished: number;
  let cancel: vscode.CancellationTokenSource;
  let restore: () => void;

  beforeEach(() => {
    person = new Person();
    store = new JobStore(noFiles, new MemoryLog());
    [announced, messages, shown, finished, shouldAnnounce] = [[], [], 0, 0, true];
    cancel = new vscode.CancellationTokenSource();
    wait = new WaitCommand({
      store,
      selection: nothingSelected(store),
      durations: new DurationHistory(),
      pause: neverPaused,
      clock: systemClock,
      log: new MemoryLog(),
      endingNotices: {
        shouldAnnounce: () => shouldAnnounce,
        showFor: (endings: readonly JobEnding[]) => {
          announced.push(...endings.map(({ tracked }) => tracked.job?.status ?? ''));
          return Promise.resolve();
        },
      },
    });
    type Task = (progress: vscode.Progress<{ message?: string }>, token: vscode.CancellationToken) => Promise<void>;
    restore = replaceProperty(vscode.window, 'withProgress', async (_: vscode.ProgressOptions, task: Task) => {
      shown += 1;
      await task({ report: ({ message }) => messages.push(message ?? '') }, cancel.token);
      finished += 1;
    });
  });

  afterEach(() => {
    wait.dispose();
    person.dispose();
    restore();
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

  const setStatus = (key: string, status: string) => {
    store.applyResponse(key, { job: jobAt(status) }, systemClock.now());
  };

  it('shows the job’s state in one notification, and leaves the ending to its announcement', async () => {
    const key = await running();
    await wait.wait({ key });
    await wait.wait({ key });
    assert.equal(shown, 1);
    assert.deepEqual(messages, ['RUNNING · 5 min']);
    setStatus(key, 'ROLLBACKING');
    assert.equal(messages.at(-1), 'ROLLBACKING');
    setStatus(key, 'FAIL');
    await until('the wait ends', () => finished === 1);
    assert.deepEqual(announced, []);
  });

  it('shows the ending if it would not be announced', async () => {
    shouldAnnounce = false;
    const key = await running();
    await wait.wait({ key });
    setStatus(key, 'COMPLETE');
    await until('the wait ends', () => finished === 1);
    assert.deepEqual(announced, ['COMPLETE']);
  });

  it('stops after Cancel, and the job stays tracked', async () => {
    const key = await running();
    await wait.wait({ key });
    cancel.cancel();
    await until('the wait ends', () => finished === 1);
    setStatus(key, 'COMPLETE');
    assert.deepEqual([announced, store.get(key)?.job?.status], [[], 'COMPLETE']);
  });

  it('stops with a message if the job is lost, and silently if it is no longer tracked', async () => {
    const key = await running();
    await wait.wait({ key });
    store.applyError(key, { kind: 'not-found' }, systemClock.now());
    await until('the wait ends', () => finished === 1);
    assert.match(person.shown.at(-1)?.message ?? '', /no longer keeps this job/);
    setStatus(key, 'RUNNING');
    await wait.wait({ key });
    await store.untrack([key]);
    await until('the second wait ends', () => finished === 2);
    assert.equal(person.shown.length, 1);
  });

  it('shows the ending at once if the job has ended', async () => {
    const key = await running();
    setStatus(key, 'FAIL');
    await wait.wait({ key });
    assert.equal(shown, 0);
    assert.match(person.shown.at(-1)?.message ?? '', /cloneLoadbalancer failed · Job 37d5c1fd/);
  });
});

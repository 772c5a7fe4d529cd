import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { RecentJob } from '../../src/jobs/discovery/recent-jobs';
import { askJobs, type JobPickerParts } from '../../src/ui/selection/recent-job-picker';
import { FakeQuickPick } from '../support/host/quick-input';
import { until } from '../support/host/workbench';

/** Answers nothing by itself. */
class QuietPick extends FakeQuickPick {
  constructor() {
    super({ next: () => assert.fail('nobody answers'), refused: () => undefined, offers: () => undefined });
  }

  override show(): void {
    // It is open as long as nothing ends it.
  }
}

describe('the list of recent jobs', () => {
  const original = vscode.window.createQuickPick;
  const replace = (value: unknown) => {
    Object.defineProperty(vscode.window, 'createQuickPick', { value, configurable: true, writable: true });
  };
  let pick: QuietPick;

  beforeEach(() => {
    pick = new QuietPick();
    replace(() => pick);
  });

  afterEach(() => {
    replace(original);
  });

  const job = (jobId: string): RecentJob =>
    ({ jobId, job: { jobId, jobType: 'UPGRADE', status: 'RUNNING', subJobs: [], raw: {} } }) as unknown as RecentJob;
  const ask = (parts: Pick<JobPickerParts, 'load'> & Partial<JobPickerParts>) =>
    askJobs(
      { title: 'Browse' },
      { isTracked: () => false, fail: () => assert.fail('nothing fails'), now: 0, profile: 'shop', ...parts },
    );

  it('gives what is picked while older jobs load', async () => {
    const answer = ask({
      load: (isOlderWanted) => (isOlderWanted ? new Promise(() => undefined) : Promise.resolve([job('one')])),
    });
    await until('the jobs are there', () => pick.items.length > 0);
    const [older] = pick.buttons;
    assert.ok(older);
    pick.trigger(older);
    assert.ok(pick.busy);
    pick.selectedItems = pick.items.slice(1);
    pick.accept();
    assert.deepEqual(await answer, [job('one')]);
  });

  it('ends, and says so, where the jobs cannot be shown; older ones that cannot leave what was there', async () => {
    const told: unknown[] = [];
    const fail = (cause: unknown) => told.push(cause);
    const broken = { jobId: 'broken' } as RecentJob;
    assert.equal(await ask({ load: () => Promise.resolve([broken]), fail }), undefined);
    assert.equal(told.length, 1);

    pick = new QuietPick();
    const answer = ask({
      load: (isOlderWanted) => Promise.resolve(isOlderWanted ? [broken] : [job('one')]),
      fail,
    });
    await until('the jobs are there', () => pick.items.length > 0);
    const [older] = pick.buttons;
    assert.ok(older);
    pick.trigger(older);
    await until('that is told', () => told.length === 2);
    assert.deepEqual([pick.busy, pick.items.length, pick.buttons.includes(older)], [false, 2, true]);
    pick.selectedItems = pick.items.slice(1);
    pick.accept();
    assert.deepEqual(await answer, [job('one')]);
  });
});

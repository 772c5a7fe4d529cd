import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { RecentJob } from '../../src/jobs/discovery/recent-jobs';
import { pickRecentJobs, type RecentJobPickerParts } from '../../src/ui/selection/recent-job-picker';
import { OpenQuickPick } from '../support/host/quick-input';
import { replaceProperty } from '../support/host/replace-property';
import { until } from '../support/host/workbench';

describe('the list of recent jobs', () => {
  let restore: () => void;
  let pick: OpenQuickPick;

  beforeEach(() => {
    pick = new OpenQuickPick();
    restore = replaceProperty(vscode.window, 'createQuickPick', () => pick);
  });

  afterEach(() => {
    restore();
  });

  const job = (jobId: string): RecentJob =>
    ({ jobId, job: { jobId, jobType: 'UPGRADE', status: 'RUNNING', subJobs: [], raw: {} } }) as unknown as RecentJob;
  const ask = (parts: Pick<RecentJobPickerParts, 'load'> & Partial<RecentJobPickerParts>) =>
    pickRecentJobs(
      { title: 'Browse' },
      {
        isTracked: () => false,
        showError: () => assert.fail('No error is expected'),
        now: 0,
        profile: 'shop',
        ...parts,
      },
    );

  it('returns the picked jobs while older jobs load', async () => {
    const answer = ask({
      load: (includesOlder) => (includesOlder ? new Promise(() => undefined) : Promise.resolve([job('one')])),
    });
    await until('the jobs are listed', () => pick.items.length > 0);
    const [older] = pick.buttons;
    assert.ok(older);
    pick.trigger(older);
    assert.ok(pick.busy);
    pick.selectedItems = pick.items.slice(1);
    pick.accept();
    assert.deepEqual(await answer, [job('one')]);
  });

  it('closes with an error if the jobs cannot be shown, but stays open if only older jobs cannot', async () => {
    const errors: unknown[] = [];
    const showError = (cause: unknown) => errors.push(cause);
    const broken = { jobId: 'broken' } as RecentJob;
    assert.equal(await ask({ load: () => Promise.resolve([broken]), showError }), undefined);
    assert.equal(errors.length, 1);

    pick = new OpenQuickPick();
    const answer = ask({
      load: (includesOlder) => Promise.resolve(includesOlder ? [broken] : [job('one')]),
      showError,
    });
    await until('the jobs are listed', () => pick.items.length > 0);
    const [older] = pick.buttons;
    assert.ok(older);
    pick.trigger(older);
    await until('the error is shown', () => errors.length === 2);
    assert.deepEqual([pick.busy, pick.items.length, pick.buttons.includes(older)], [false, 2, true]);
    pick.selectedItems = pick.items.slice(1);
    pick.accept();
    assert.deepEqual(await answer, [job('one')]);
  });
});

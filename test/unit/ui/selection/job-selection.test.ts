import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { JobKey } from '../../../../src/jobs/model/job-reference';
import { isActive } from '../../../../src/jobs/model/tracked-job';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { ASK, JobSelection } from '../../../../src/ui/selection/job-selection';
import { FakeClock } from '../../../support/fake-clock';
import { OpenQuickPick } from '../../../support/host/quick-input';
import { replaceProperty } from '../../../support/host/replace-property';
import { jobAt, MemoryLog, noFiles, reference } from '../../../support/samples';

const RUNNING = { matches: isActive, noMatchMessage: () => 'none' };

describe('the list of jobs to pick from', () => {
  let restore: () => void;
  let pick: OpenQuickPick;
  let store: JobStore;
  let selected: JobKey[];
  let selection: JobSelection;
  let keys: Readonly<Record<'one' | 'two' | 'three' | 'ended', JobKey>>;

  async function track(jobId: string, status: string, at: number): Promise<JobKey> {
    const key = await store.track({ ...reference, jobId }, at);
    store.applyResponse(key, { job: jobAt(status, { jobId, jobType: jobId }) }, at);
    return key;
  }

  beforeEach(async () => {
    pick = new OpenQuickPick();
    restore = replaceProperty(vscode.window, 'createQuickPick', () => pick);
    store = new JobStore(noFiles, new MemoryLog());
    keys = {
      one: await track('one', 'RUNNING', 1),
      two: await track('two', 'RUNNING', 2),
      three: await track('three', 'RUNNING', 3),
      ended: await track('ended', 'COMPLETE', 4),
    };
    selected = [];
    const rows = () => selected.map((key) => ({ kind: 'job', id: key, key }) as const);
    selection = new JobSelection(store, new FakeClock(0), rows, (command) => command);
  });

  afterEach(() => {
    restore();
  });

  const rows = () => pick.items.map(({ label }) => label.split(' ')[0]);

  it('has all jobs that fit if several are selected, the selected ones first, and says so', async () => {
    selected = [keys.one, keys.two, keys.ended];
    const answer = selection.job('elbJobs.waitForJob', undefined, RUNNING);
    assert.deepEqual(rows(), ['Selected', 'two', 'one', 'Other', 'three']);
    assert.equal(pick.placeholder, 'Which job? Selected in the list: 2 of 3');
    pick.activeItems = pick.items.filter(({ label }) => label.startsWith('three'));
    pick.accept();
    assert.equal((await answer)?.key, keys.three);
  });

  it('does not open if one selected job fits', async () => {
    selected = [keys.one, keys.ended];
    assert.equal((await selection.job('elbJobs.waitForJob', undefined, RUNNING))?.key, keys.one);
  });

  it('ticks the selected jobs for a key whose row is unknown, which never acts without a question', async () => {
    selected = [keys.one];
    const answer = selection.jobs('elbJobs.untrack', ASK, undefined);
    assert.equal(pick.placeholder, 'Which jobs? Selected in the list: 1 of 4');
    assert.deepEqual(rows(), ['Selected', 'one', 'Other', 'ended', 'three', 'two']);
    assert.deepEqual(
      pick.selectedItems.map(({ label }) => label.split(' ')[0]),
      ['one'],
    );
    pick.accept();
    assert.deepEqual(
      (await answer).map(({ key }) => key),
      [keys.one],
    );
  });

  it('has no headings if no job that fits is selected', () => {
    selected = [keys.ended];
    void selection.job('elbJobs.waitForJob', undefined, RUNNING);
    assert.deepEqual(rows(), ['three', 'two', 'one']);
    assert.equal(pick.placeholder, 'Which job?');
  });
});

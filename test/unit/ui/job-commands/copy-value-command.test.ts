import assert from 'node:assert/strict';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { CopyValueCommand } from '../../../../src/ui/job-commands/copy-value-command';
import { childrenOfJob, type JobTreeNode } from '../../../../src/ui/tree/job-nodes';
import { copiedTexts, shownTexts } from '../../../support/fake-vscode';
import { jobAt, MemoryLog, noFiles, reference } from '../../../support/samples';

describe('the copied value of a row', () => {
  const jobType = `create\u202e${'x'.repeat(200)}`;
  const failed = {
    jobId: 'part',
    jobType,
    status: 'FAIL',
    errorCode: 'ELB.8904',
    errorMessage: 'no\nquota',
    entities: [],
  };
  let rows: readonly JobTreeNode[];
  let copy: CopyValueCommand;

  beforeEach(async () => {
    const store = new JobStore(noFiles, new MemoryLog());
    const key = await store.track(reference, 0);
    store.applyResponse(key, { job: jobAt('FAIL', { subJobs: [failed, { entities: [] }] }) }, 0);
    rows = childrenOfJob({ kind: 'job', id: key, key }, store.get(key) ?? assert.fail());
    copy = new CopyValueCommand(store, new MemoryLog());
    copiedTexts.length = 0;
    shownTexts.length = 0;
  });

  async function copied(kind: JobTreeNode['kind'], index = 0): Promise<string | undefined> {
    await copy.run(rows.filter((row) => row.kind === kind)[index], undefined);
    return copiedTexts.at(-1);
  }

  it('is the whole type and error of the sub-job that failed first, on one line without hidden characters', async () => {
    assert.equal(await copied('failed-first'), `create ${'x'.repeat(200)} · ELB.8904: no quota`);
  });

  it('is the id of a sub-job; without one, a message says that there is nothing to copy', async () => {
    assert.equal(await copied('sub-job', 1), 'part');
    copiedTexts.length = 0;
    assert.equal(await copied('sub-job'), undefined);
    assert.equal(shownTexts.at(-1), 'There is nothing to copy in this row.');
  });

  it('is what to decide about an upgrade that waits', async () => {
    const store = new JobStore(noFiles, new MemoryLog());
    const key = await store.track(reference, 0);
    store.applyResponse(key, { job: jobAt('SUCCESS', { jobType: 'UPGRADE' }) }, 0);
    const parent = { kind: 'job', id: 'job', key } as const;
    await new CopyValueCommand(store, new MemoryLog()).run({ kind: 'decision', id: 'row', parent }, undefined);
    assert.match(copiedTexts.at(-1) ?? '', /^Complete the upgrade \(there is no way back\)/);
  });

  it('is the reason why a job has no response, with the code and the request ID for support', async () => {
    const store = new JobStore(noFiles, new MemoryLog());
    const key = await store.track(reference, 0);
    const message = 'job could not be found.';
    store.applyError(key, { kind: 'not-found-yet', code: 'ELB.8904', message, requestId: 'r1' }, 1);
    const parent = { kind: 'job', id: 'job', key } as const;
    await new CopyValueCommand(store, new MemoryLog()).run({ kind: 'poll-failure', id: 'row', parent }, undefined);
    assert.match(copiedTexts.join(), /^The service did not find this job yet\. .*ELB\.8904 .* Request ID: r1/);
  });
});

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { MAX_LINKED_DOCUMENT_LENGTH } from '../../src/base/limits';
import { jobKey } from '../../src/jobs/model/job-reference';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { openedDocument, runCommand, until, Workbench } from '../support/host/workbench';

describe('a job id in an editor', () => {
  let workbench: Workbench;

  beforeEach(async () => {
    workbench = await Workbench.open();
    await workbench.signIn();
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await workbench.close();
  });

  const linksIn = async ({ uri }: vscode.TextDocument) => {
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', uri);
    return links.filter(({ tooltip }) => tooltip === 'Track ELB Job');
  };

  it('is a link that tracks the job, but a sub-job’s id is not', async () => {
    const { cloud } = workbench;
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
    const content = `{\n  "job_id": "${jobId}",\n  "sub_jobs": [{"job_id": "${OFFICIAL_EXAMPLE.jobId}"}]\n}\n`;
    const document = await vscode.workspace.openTextDocument({ content });
    const [link, ...others] = await linksIn(document);
    assert.ok(link?.target);
    assert.equal(others.length, 0);
    assert.equal(document.getText(link.range), jobId);
    assert.equal(link.target.scheme, 'command');
    await vscode.commands.executeCommand(link.target.path, ...(JSON.parse(link.target.query) as unknown[]));
    await until('the job is tracked', () => workbench.trackedJobs().some(({ reference }) => reference.jobId === jobId));
  });

  it('is a link at the end of a long document, but not in one that is too long', async () => {
    const { jobId } = OFFICIAL_EXAMPLE;
    const named = `\njob_id: ${jobId}\n`;
    const lines = (length: number) => 'a log line\n'.repeat(length / 11);
    const long = await vscode.workspace.openTextDocument({ content: lines(MAX_LINKED_DOCUMENT_LENGTH - 100) + named });
    const links = await linksIn(long);
    assert.deepEqual(
      links.map(({ range }) => long.getText(range)),
      [jobId],
    );
    for (const content of [named + lines(MAX_LINKED_DOCUMENT_LENGTH), named + 'x'.repeat(MAX_LINKED_DOCUMENT_LENGTH)]) {
      assert.deepEqual(await linksIn(await vscode.workspace.openTextDocument({ content })), []);
    }
  });

  it('is no link in the documents of this extension, whose job is already tracked', async () => {
    await workbench.track(OFFICIAL_EXAMPLE.jobId);
    await until('the job is polled', () => (workbench.rowNames()[0] ?? '').includes('COMPLETE'));
    const key = jobKey(workbench.reference(OFFICIAL_EXAMPLE.jobId));
    await runCommand('openJobJson', { key });
    assert.deepEqual(await linksIn(await openedDocument()), []);
  });
});

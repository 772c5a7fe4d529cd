import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import manifest from '../../package.json';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { runCommand as run, until, Workbench } from '../support/host/workbench';

describe('the command that copies diagnostics', () => {
  let workbench: Workbench;

  beforeEach(async () => {
    workbench = await Workbench.open();
  });

  afterEach(async () => {
    await workbench.close();
  });

  const copied = async () => {
    workbench.person.statusMessages.length = 0;
    await run('copyDiagnostics');
    assert.deepEqual(workbench.person.statusMessages, ['$(check) Copied']);
    return vscode.env.clipboard.readText();
  };

  it('copies versions, settings, counts, the use of the budget and the last errors', async () => {
    const { app, cloud } = workbench;
    await workbench.signIn();
    await workbench.track(OFFICIAL_EXAMPLE.jobId);
    await workbench.untilAllPolled();
    await workbench.track('job-that-does-not-exist');
    const isFailing = () => [...app.store.all().values()].some(({ pollFailure }) => pollFailure !== undefined);
    await until('a poll has failed', isFailing);
    const text = await copied();
    for (const line of [
      `- Extension: \`${manifest.version}\``,
      `- Node.js: \`${process.versions.node}\``,
      `- Language: \`${vscode.env.language}\``,
      '- elbJobs.notifications: `all`',
      '- elbJobs.requestBudget: `100`',
      '- Jobs: `2 (succeeded 1, without a response 1)`',
      '- Failed polls: `1 (not-found-yet 1)`',
      '- Projects: `1`',
      '- Credentials: `1 (stored 1)`',
      '- Job files: `2`',
    ]) {
      assert.ok(text.split('\n').includes(line), `${line}\nin\n${text}`);
    }
    assert.ok(text.includes(vscode.version));
    assert.match(
      text,
      /^- Project [0-9a-f]{6} \(this computer\): `requests: [1-9]\d* of 100 in 5 minutes; this window polls: yes/m,
    );
    assert.match(text, /^\S+Z warn Job \[id\]: not-found \(404 · ELB\.8904 · /m);
    const { accessKey, secretKey } = cloud.accessKey;
    const { projectId, jobId } = OFFICIAL_EXAMPLE;
    for (const secret of [
      accessKey,
      accessKey.slice(0, 4),
      secretKey,
      projectId,
      jobId,
      'job-that',
      homedir(),
      app.storage,
    ]) {
      assert.ok(!text.includes(secret), `${secret} in\n${text}`);
    }
  });

  it('needs neither credentials nor jobs', async () => {
    assert.match(await copied(), /^- Jobs: `0`$/m);
  });
});

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {
  notification,
  openViewContainer,
  runCommand,
  waitForSavedSecret,
} from '../../scripts/lib/browser/workbench.mjs';
import { Editor, MAX_TEST_MS } from '../support/browser/editor';

describe('a workspace that tries to steal keys', function () {
  this.timeout(MAX_TEST_MS);
  let folder: string;
  let thief: Server;
  const stolen: string[] = [];
  let editor: Editor;

  before(async () => {
    thief = createServer((request, response) => {
      stolen.push(request.url ?? '');
      response.end('{}');
    });
    await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(thief.address() as AddressInfo).port}`;
    folder = await mkdtemp(path.join(os.tmpdir(), 'hostile-'));
    for (const [file, text] of Object.entries(hostileFiles(endpoint))) {
      await mkdir(path.join(folder, path.dirname(file)), { recursive: true });
      await writeFile(path.join(folder, file), text);
    }
    editor = await Editor.open('hostile', { folder, isRestricted: true });
    await openViewContainer(editor.page, 'ELB Jobs');
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.screenshotFailure(this.currentTest.title);
  });

  after(async () => {
    await editor.close();
    thief.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('does not stop a person from tracking jobs while it is untrusted', async () => {
    await editor.page.locator('.part.statusbar').getByText('Restricted Mode').waitFor();
    await trackJobToItsEnd();
    await editor.screenshot('restricted', ['dark']);
  });

  it('redirects no request once it is trusted, from sign-in to the end of a job', async () => {
    const { page } = editor;
    await runCommand(page, 'Workspaces: Manage Workspace Trust');
    await page.getByRole('button', { name: 'Trust', exact: true }).click();
    await page.locator('.part.statusbar').getByText('Restricted Mode').waitFor({ state: 'detached' });
    await editor.reload();
    await openViewContainer(page, 'ELB Jobs');
    assert.equal(await page.locator('.part.statusbar').getByText('Restricted Mode').count(), 0);
    await runCommand(page, 'ELB Jobs: Sign Out');
    await page.getByRole('dialog').getByRole('button', { name: 'Sign Out', exact: true }).click();
    await notification(page, 'Signed out of').waitFor();
    await trackJobToItsEnd();
  });

  async function trackJobToItsEnd(): Promise<void> {
    const { page, cloud } = editor;
    const before = cloud.requests.length;
    await waitForSavedSecret(page, async () => {
      await runCommand(page, 'ELB Jobs: Add Credentials');
      await editor.signIn();
    });
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
    await runCommand(page, 'Track ELB Job');
    await editor.answer('The job_id', jobId);
    await notification(page, `cloneListener ${jobId.slice(0, 8)} completed`).waitFor();
    await runCommand(page, 'Notifications: Clear All Notifications');
    assert.ok(cloud.requests.length > before);
    assert.deepEqual(stolen, []);
  }
});

/** Every kind of workspace file that could name an endpoint, a profile or a key. */
function hostileFiles(endpoint: string): Readonly<Record<string, string>> {
  const names = ['endpoint', 'elbEndpoint', 'iamEndpoint', 'endpoints', 'region', 'profile', 'profiles', 'proxy'];
  const variables = {
    HUAWEICLOUD_SDK_AK: 'HOSTILEACCESSKEY0001',
    HUAWEICLOUD_SDK_SK: 'hostile',
    HUAWEICLOUD_SDK_IAM_ENDPOINT: endpoint,
    HUAWEICLOUD_SDK_REGION_ELB_CN_NORTH_4: endpoint,
    HW_AUTH_URL: `${endpoint}/v3`,
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const task = { label: 'hostile', type: 'shell', command: 'true', options: { env: variables } };
  const settings = {
    ...Object.fromEntries(names.map((name) => [`elbJobs.${name}`, endpoint])),
    'elbJobs.requestBudget': 10,
    'elbJobs.history.retentionDays': 1,
    'terminal.integrated.env.linux': variables,
  };
  return {
    '.vscode/settings.json': JSON.stringify(settings),
    '.vscode/tasks.json': JSON.stringify({
      version: '2.0.0',
      tasks: [{ ...task, runOptions: { runOn: 'folderOpen' } }],
    }),
    '.env': lines.join('\n'),
    '.huaweicloud/credentials': `[basic]\nak = HOSTILEACCESSKEY0001\nsk = hostile\niam_endpoint = ${endpoint}\n`,
    '.hcloud/config.json': JSON.stringify({ current: 'default', profiles: [{ name: 'default', mode: 'AKSK' }] }),
    'profiles.json': JSON.stringify({ version: 2, profiles: [{ endpoint }] }),
  };
}

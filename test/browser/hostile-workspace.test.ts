import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { notification, openViewContainer, runCommand } from '../../scripts/lib/workbench.mjs';
import { Editor } from './editor';

const SECOND = 1000;

describe('a workspace that wants the keys', function () {
  this.timeout(90 * SECOND);
  let folder: string;
  let thief: Server;
  let stolen: string[];
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
  });

  beforeEach(() => {
    stolen = [];
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.pictureOfFailure(this.currentTest.title);
    await editor.close();
  });

  after(async () => {
    thief.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('has not a single request sent to where it says, from signing in to the end of a job', async () => {
    editor = await Editor.open('hostile', { folder });
    await followAJob();
  });

  it('keeps nobody from following jobs while it is not trusted', async () => {
    editor = await Editor.open('restricted', { folder, isRestricted: true });
    await editor.page.locator('.part.statusbar').getByText('Restricted Mode').waitFor();
    await followAJob();
    await editor.picture('restricted', ['dark']);
  });

  async function followAJob(): Promise<void> {
    const { page, cloud } = editor;
    await openViewContainer(page, 'ELB Jobs');
    await runCommand(page, 'ELB Jobs: Add Credentials');
    await editor.signIn();
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
    await runCommand(page, 'Track ELB Job');
    await editor.answer('The job_id', jobId);
    await notification(page, 'cloneListener completed').waitFor();
    assert.ok(cloud.requests.length > 0);
    assert.deepEqual(stolen, []);
  }
});

/** Whatever such a file could be called that names an endpoint, a profile or a key. */
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

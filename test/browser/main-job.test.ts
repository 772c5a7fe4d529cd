import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import {
  expandTreeRow,
  namesOfRows,
  notification,
  openViewContainer,
  runCommand,
  runFromContextMenu,
  treeRow,
  waitForSavedSecret,
  watchNotifications,
} from '../../scripts/lib/browser/workbench.mjs';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { Editor, MAX_TEST_MS } from '../support/browser/editor';
import { filesBelow } from '../support/browser/files-below';
import { MINUTE, SECOND } from '../../src/base/time-units';

/** Easy to find if they are anywhere they must not be. */
const key = {
  accessKey: 'CANARYACCESSKEY00001',
  secretKey: 'CanarySecretKey0123456789abcdefghijABCDE',
  securityToken: 'CanarySecurityToken/+=0123456789',
};

/** The variables of the person's shell: a complete key, and half of another. */
const ENVIRONMENT = {
  HW_ACCESS_KEY: 'HPUAEXAMPLE000000001',
  HW_SECRET_KEY: 'CanaryInTheEnvironment0123456789abcdefgh',
  HW_REGION_NAME: 'cn-north-4',
  HUAWEICLOUD_SDK_AK: 'HPUBEXAMPLE000000001',
};

describe('a person in the workbench, with the packaged extension', function () {
  this.timeout(MAX_TEST_MS);
  let editor: Editor;

  before(async () => {
    editor = await Editor.open('browser', { env: ENVIRONMENT });
    editor.cloud.addAccessKey({ ...key, projectIds: [OFFICIAL_EXAMPLE.projectId] });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.screenshotFailure(this.currentTest.title);
  });

  after(async () => {
    await editor.close();
  });

  const countRequests = () => editor.cloud.requests.length;

  async function waitUntil(what: string, isTrue: () => boolean): Promise<void> {
    const end = Date.now() + 2 * MINUTE;
    while (!isTrue()) {
      assert.ok(Date.now() < end, what);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Asserts that no file of the editor or the browser holds a secret, in plain or encoded form. */
  async function assertNoTrace(): Promise<void> {
    const files = await filesBelow(editor.run.data, editor.run.temp);
    for (const expected of ['profiles.json', '.log']) {
      assert.ok(
        files.some((file) => file.endsWith(expected)),
        `the search covers ${expected}`,
      );
    }
    for (const file of files) {
      // A file that is gone by now cannot leak anything.
      const content = await readFile(file).catch(() => Buffer.alloc(0));
      for (const [name, secret] of [...Object.entries(key), ['key of the shell', ENVIRONMENT.HW_SECRET_KEY] as const]) {
        const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
        for (const form of [...forms, Buffer.from(secret, 'utf16le')]) {
          assert.ok(!content.includes(form), `${file} holds the ${name}`);
        }
      }
    }
  }

  it('signs in from the empty sidebar', async () => {
    const { page } = editor;
    await openViewContainer(page, 'ELB Jobs');
    const welcome = page.locator('.welcome-view-content').first();
    await welcome.getByText('Keys that you type are saved only in the secret storage of VS Code').waitFor();
    await editor.screenshot('welcome');
    await waitForSavedSecret(page, async () => {
      await welcome.getByRole('button', { name: 'Add Credentials' }).click();
      await page.locator('.quick-input-widget input[placeholder*="How do you sign in?"]').waitFor();
      await editor.screenshot('sign-in');
      const offered = await page.locator('.quick-input-widget').innerText();
      assert.match(offered, /HW_ACCESS_KEY, HW_SECRET_KEY, HW_REGION_NAME/);
      assert.ok(!offered.includes(ENVIRONMENT.HW_SECRET_KEY) && !offered.includes(ENVIRONMENT.HW_ACCESS_KEY));
      await editor.signIn(key);
    });
    await page.keyboard.press('Escape');
  });

  it('tracks a job by its id from the palette, sees its row and its steps, and gets one notification when it ends', async () => {
    const { page, cloud } = editor;
    cloud.clock.hold();
    const { jobId } = cloud.startJob({ kind: 'cloneLoadbalancer', durationMs: 8 * SECOND });
    cloud.clock.advance(5 * SECOND);
    await runCommand(page, 'Track ELB Job');
    await editor.answer('The job_id that the API returned', ` "${jobId}"\n`);
    const row = treeRow(page, new RegExp(`^cloneLoadbalancer, (INIT|RUNNING) .* ${jobId.slice(0, 8)}$`));
    await row.waitFor();
    await treeRow(page, /^cloneListener · /)
      .first()
      .waitFor();
    await editor.statusBar.filter({ hasText: /ELB: cloneLoadbalancer .{8} is (about to begin|running)/ }).waitFor();
    await editor.screenshot('running');
    const countNotifications = await watchNotifications(page);
    cloud.clock.advance(3 * SECOND);
    cloud.clock.release();
    const notice = notification(page, `cloneLoadbalancer ${jobId.slice(0, 8)} completed after 8 sec`);
    // A notification stays open while the pointer is over it.
    await notice.hover();
    await treeRow(page, new RegExp(`^cloneLoadbalancer, COMPLETE · 8 sec · ${jobId.slice(0, 8)}$`)).waitFor();
    await editor.statusBar.filter({ hasText: /ELB: cloneLoadbalancer .{8} succeeded/ }).waitFor();
    await editor.screenshot('completed');
    assert.equal(await countNotifications(jobId.slice(0, 8)), 1);
    await notice.getByRole('button', { name: 'Show Job' }).click();
    await page.locator('.part.sidebar .monaco-list:focus').waitFor();
  });

  it('sees the official example with its sub-jobs in time order and their resources', async () => {
    const { page } = editor;
    await runCommand(page, 'Track ELB Job');
    await editor.answer('The job_id', OFFICIAL_EXAMPLE.jobId);
    // Awaited first, because the notification closes after a while.
    await notification(page, /UPGRADE .{8} completed/).waitFor();
    const job = treeRow(page, /^UPGRADE, COMPLETE · 28 min 29 sec · 37d5c1fd$/);
    await job.waitFor();
    await expandTreeRow(page, /^UPGRADE, COMPLETE .* 37d5c1fd$/);
    await treeRow(page, /^UPGRADE_INIT/).waitFor();
    const names = await namesOfRows(treeRow(page, /^UPGRADE_/));
    const types = names.map((name) => name.replace(/,.*/, ''));
    assert.deepEqual(types, ['UPGRADE_INIT', 'UPGRADE_TRAFFIC_SWITCH', 'UPGRADE_COMPLETE']);
    await expandTreeRow(page, /^UPGRADE_INIT/);
    await treeRow(page, 'loadbalancer, 9f5b432c-987e-4777-a1bc-6642be4b2b50').first().waitFor();
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  it('sees why a job failed, in the notification and in its row', async () => {
    const { page, cloud } = editor;
    const { jobId } = cloud.startJob({ kind: 'batchCreateV3Loadbalancer', outcome: 'fail', durationMs: 0 });
    await runCommand(page, 'Track ELB Job');
    await editor.answer('The job_id', jobId);
    await notification(
      page,
      /batchCreateV3Loadbalancer .{8} failed after .* · ELB\.\d+ .* \(.{8}, 2 of 3 done\)/,
    ).waitFor();
    await treeRow(page, /^ELB\.\d+, /)
      .first()
      .waitFor();
    await treeRow(page, /^Request ID, /)
      .first()
      .waitFor();
    await editor.screenshot('failed');
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  it('keeps jobs and keys after a reload while a job runs, and gets no notification twice', async () => {
    const { page, cloud } = editor;
    const durationMs = 120 * SECOND;
    cloud.clock.hold();
    const { jobId } = cloud.startJob({ kind: 'UPGRADE', durationMs });
    await runCommand(page, 'Track ELB Job');
    await editor.answer('The job_id', jobId);
    await treeRow(page, new RegExp(`^UPGRADE, (INIT|RUNNING) .* ${jobId.slice(0, 8)}$`)).waitFor();
    await editor.load();
    await openViewContainer(page, 'ELB Jobs');
    await treeRow(page, /^UPGRADE, COMPLETE .* 37d5c1fd$/).waitFor();
    await treeRow(page, /^batchCreateV3Loadbalancer, FAIL .* [0-9a-f]{8}$/).waitFor();
    const before = countRequests();
    await waitUntil('the job is polled again', () => countRequests() > before);
    assert.ok(
      cloud.requests.every(({ status }) => status === undefined || status === 200),
      'the saved key is used',
    );
    const countNotifications = await watchNotifications(page);
    cloud.clock.advance(durationMs);
    cloud.clock.release();
    await notification(page, /UPGRADE .{8} completed/).waitFor();
    assert.equal(await countNotifications('completed'), 1, 'earlier endings are not announced again');
    assert.equal(await countNotifications('failed'), 0);
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  it('stops tracking a job from its context menu', async () => {
    const { page } = editor;
    const row = treeRow(page, /^batchCreateV3Loadbalancer, FAIL .* [0-9a-f]{8}$/);
    await runFromContextMenu(row, 'Stop Tracking Job');
    await row.waitFor({ state: 'detached' });
  });

  it('finds its keys in no file, even after requests were refused', async () => {
    const { page, cloud } = editor;
    const fault = cloud.injectFault({
      match: { route: 'ShowJob' },
      effect: {
        kind: 'error',
        status: 401,
        code: 'APIGW.0301',
        message: `verify aksk signature fail, canonicalRequest:GET|/||x-security-token:${key.securityToken}|`,
      },
    });
    await runCommand(page, 'ELB Jobs: Refresh');
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: 0 });
    await runCommand(page, 'Track ELB Job');
    await editor.answer('The job_id', jobId);
    await notification(page, 'Huawei Cloud refused the signature').waitFor();
    await treeRow(page, new RegExp(`${jobId.slice(0, 8)}$`)).waitFor();
    await editor.screenshot('refused');
    fault.remove();

    await assertNoTrace();
  });

  it('uses the key again after a click on Try Again', async () => {
    const { page } = editor;
    await runCommand(page, 'ELB Jobs: Refresh');
    await page.locator('.notification-toast').getByRole('button', { name: 'Try Again' }).first().click();
    await notification(page, /cloneListener .{8} completed/).waitFor();
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  it('signs out, and no job is polled any more', async () => {
    const { page } = editor;
    await waitForSavedSecret(page, async () => {
      await runCommand(page, 'ELB Jobs: Sign Out');
      await page.getByRole('dialog').getByRole('button', { name: 'Sign Out', exact: true }).click();
      await notification(page, 'Signed out of').waitFor();
    });
    const before = countRequests();
    await editor.load();
    await openViewContainer(page, 'ELB Jobs');
    await treeRow(page, /^UPGRADE, .* 37d5c1fd$/).waitFor();
    // Tracking another job starts with signing in again. Meanwhile the others are not polled.
    await runCommand(page, 'Track ELB Job');
    await page.locator('.quick-input-widget input[placeholder*="How do you sign in?"]').waitFor();
    assert.equal(countRequests(), before);
    await assertNoTrace();
  });
});

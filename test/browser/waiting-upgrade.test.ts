import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import {
  expandTreeRow,
  notification,
  openViewContainer,
  runCommand,
  runFromContextMenu,
  treeRow,
  widenSideBar,
} from '../../scripts/lib/browser/workbench.mjs';
import { HOUR, MINUTE } from '../../src/base/time-units';
import { SimulatorClock } from '../../src/simulator/base/simulator-clock';
import { Simulator } from '../../src/simulator/simulator';
import { Editor, MAX_TEST_MS } from '../support/browser/editor';

/** Of the upgrade. */
const AGE_MS = 2 * HOUR + 25 * MINUTE;
const LOAD_BALANCER = '9f5b432c-987e-4777-a1bc-6642be4b2b50';

describe('an upgrade that waits, in the workbench', function () {
  this.timeout(MAX_TEST_MS);
  let editor: Editor;
  let jobId: string;

  const row = () => treeRow(editor.page, /^UPGRADE, SUCCESS · waiting 2 hr/).first();
  const decision = () => treeRow(editor.page, /^Decision needed/).first();
  const timeline = (): FrameLocator =>
    editor.page.frameLocator('iframe.webview.ready:visible').frameLocator('#active-frame');
  const clipboard = () => editor.page.evaluate<string>('navigator.clipboard.readText()');

  before(async () => {
    const cloud = await Simulator.start({ clock: new SimulatorClock({ startAt: Date.now() - AGE_MS }) });
    editor = await Editor.open('waiting-upgrade', { hasHovers: true, cloud });
    const { page } = editor;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await openViewContainer(page, 'ELB Jobs');
    await widenSideBar(page, 160);
    const subJob = (type: string, index: number) => ({
      jobId: `${index}1111111-2222-4333-8444-555555555555`,
      jobType: type,
      resourceId: LOAD_BALANCER,
      entities: [{ resource_id: LOAD_BALANCER, resource_type: 'loadbalancer' as const }],
      transitions: [
        { at: index * 10 * MINUTE, status: 'RUNNING' },
        { at: (index + 1) * 10 * MINUTE - 1000, status: 'SUCCESS' },
      ],
    });
    const script = {
      jobType: 'UPGRADE',
      resourceId: LOAD_BALANCER,
      transitions: [
        { at: 0, status: 'RUNNING' },
        { at: 20 * MINUTE, status: 'SUCCESS' },
      ],
      subJobs: [subJob('UPGRADE_INIT', 0), subJob('UPGRADE_TRAFFIC_SWITCH', 1)],
    };
    ({ jobId } = cloud.startJob({ script }));
    cloud.clock.advance(AGE_MS);
    await runCommand(page, 'ELB Jobs: Add Credentials');
    await editor.signIn();
    await runCommand(page, 'Track ELB Job');
    await editor.answer('The job_id', jobId);
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.screenshotFailure(this.currentTest.title);
  });

  after(async () => {
    await editor.close();
  });

  it('offers a command in its notification, and copies it without sending anything', async () => {
    const { page, cloud } = editor;
    const requests = cloud.requests.length;
    await notification(page, 'waiting for completion or rollback')
      .getByRole('button', { name: 'Copy Command' })
      .click();
    await page.locator('.quick-input-list').getByText('Roll back: curl').first().waitFor();
    await editor.screenshot('waiting-upgrade-pick');
    await page.keyboard.type('roll back');
    await page.keyboard.press('Enter');
    await page.locator('.part.statusbar').getByText('ELB Job Tracker never sends it').waitFor();
    assert.match(await clipboard(), new RegExp(`^curl -X POST '.*/loadbalancers/${LOAD_BALANCER}/upgrade'.*rollback`));
    assert.ok(cloud.requests.slice(requests).every(({ method }) => method === 'GET'));
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  it('shows in the tree since when it waits and what each choice means, with the command one click away', async () => {
    const { page } = editor;
    await row().waitFor();
    await decision().getByText('complete (no way back) or roll back').first().waitFor();
    await decision().click();
    await editor.screenshot('waiting-upgrade');
    await decision().getByRole('button', { name: 'Copy Command for Waiting Upgrade' }).click();
    await page.locator('.quick-input-list').getByText('Complete: curl').first().waitFor();
    await page.keyboard.press('Escape');
    await runFromContextMenu(row(), 'Copy Command for Waiting Upgrade…');
    await page.locator('.quick-input-list').getByText('Complete: curl').first().waitFor();
    await page.keyboard.press('Escape');
    const hover = await editor.openHover(row());
    await hover.getByText('other operations on the load balancer are blocked').waitFor();
    await editor.screenshot('waiting-upgrade-hover');
  });

  it('shows the same in its timeline, with a button for the command', async () => {
    const { page } = editor;
    await row().hover();
    await row().getByRole('button', { name: 'Show Timeline' }).click();
    await timeline().locator('.summary').getByText('waiting 2 hr').waitFor();
    await timeline().getByRole('option').first().click();
    await timeline().getByText('Complete the upgrade (there is no way back)').waitFor();
    assert.equal(await timeline().getByRole('button', { name: 'Open in Console' }).isVisible(), false);
    await page.locator('.part.statusbar').hover();
    await editor.screenshot('waiting-upgrade-timeline');
    await timeline().getByRole('button', { name: 'Copy Command' }).click();
    await page.locator('.quick-input-list').getByText('Complete: curl').first().waitFor();
    await page.keyboard.press('Escape');
  });

  it('fits into a narrow side bar', async () => {
    const { page } = editor;
    await expandTreeRow(page, /^UPGRADE, SUCCESS/);
    await widenSideBar(page, -260);
    await editor.screenshot('waiting-upgrade-narrow');
  });
});

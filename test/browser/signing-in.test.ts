import assert from 'node:assert/strict';
import {
  notification,
  openViewContainer,
  quickInput,
  quickPickRow,
  runCommand,
  treeRow,
  widenSideBar,
} from '../../scripts/lib/browser/workbench.mjs';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { Simulator } from '../../src/simulator/simulator';
import { Editor, MAX_TEST_MS } from '../support/browser/editor';

const ELSEWHERE = `GET https://elb.ap-southeast-3.myhuaweicloud.com/v3/0a1b2c3d4e5f60718293a4b5c6d7e8f9/elb/jobs/${OFFICIAL_EXAMPLE.jobId}`;

describe('a person who is not signed in', function () {
  this.timeout(MAX_TEST_MS);
  let editor: Editor;

  before(async () => {
    editor = await Editor.open('signing-in');
    await openViewContainer(editor.page, 'ELB Jobs');
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.screenshotFailure(this.currentTest.title);
  });

  after(async () => {
    await editor.close();
  });

  const widget = () => editor.page.locator('.quick-input-widget');
  const sideBar = () => editor.page.locator('.part.sidebar');
  const focusedRow = () => widget().locator('.monaco-list-row.focused');
  const doneStep = (title: string) =>
    editor.page
      .locator('.getting-started-step')
      .filter({ hasText: title })
      .filter({ has: editor.page.locator('.codicon-getting-started-step-checked.complete') });

  it('reads in the first step of Track ELB Job that credentials are needed, and is no step further if they leave', async () => {
    const { page } = editor;
    await runCommand(page, 'Welcome: Open Walkthrough...');
    await quickInput(page).fill('Track the Jobs');
    await quickPickRow(page, 'Track the Jobs of Your Load Balancers').click();
    await page.locator('.getting-started-step').first().waitFor();
    await runCommand(page, 'Track ELB Job');
    await widget().getByText('Track ELB Job: Add Credentials First').waitFor();
    await editor.screenshot('credentials-first');
    await page.keyboard.press('Escape');
    await widget().waitFor({ state: 'hidden' });
    assert.equal(await doneStep('Track a job').count(), 0);
    assert.equal(await doneStep('Watch its progress').count(), 0, 'the view is open, but empty');
  });

  it('reads what to enter if no region matches', async () => {
    const { page, cloud } = editor;
    await runCommand(page, 'Track ELB Job');
    await editor.choose('How do you sign in?', 'Access key (AK/SK)');
    const input = page.locator('.quick-input-widget input[placeholder*="Region of the load balancers"]');
    await input.fill('atlantis');
    await page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: 'No region matches “atlantis”.' })
      .waitFor();
    await editor.screenshot('no-region');
    await page.keyboard.press('Enter');
    await notification(page, 'No region matches “atlantis”. Enter a region such as').waitFor();
    await editor.choose('Region of the load balancers', cloud.origin);
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  it('returns to a refused access key, and enters the job after the sign-in', async () => {
    const { page, cloud } = editor;
    const { accessKey, secretKey } = cloud.accessKey;
    await runCommand(page, 'Track ELB Job');
    await quickPickRow(page, 'Access key (AK/SK)').first().waitFor();
    await page.keyboard.press('Enter');
    await editor.choose('Region of the load balancers', cloud.origin);
    await editor.answer('Access key (AK)', `${accessKey}X`);
    await editor.answer('Secret key (SK)', secretKey);
    await editor.answer('Security token', '');
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.getByText('Huawei Cloud does not know this access key. Check the access key (AK).').waitFor();
    await editor.screenshot('refused-access-key');
    await page.keyboard.press('Enter');
    await editor.answer('Access key (AK)', accessKey);
    await editor.answer('Secret key (SK)', secretKey);
    await editor.answer('Security token', '');
    await notification(page, 'Signed in to').waitFor();
    const short = OFFICIAL_EXAMPLE.jobId.slice(0, 10) + OFFICIAL_EXAMPLE.jobId.slice(11);
    await widget().filter({ hasText: 'The job_id that the API returned' }).waitFor();
    await quickInput(page).fill(short);
    await widget().getByText('This ID is one character short.').waitFor();
    await editor.screenshot('short-id');
    await quickInput(page).fill(OFFICIAL_EXAMPLE.jobId);
    await page.keyboard.press('Enter');
    await treeRow(page, /^UPGRADE, COMPLETE/).waitFor();
    await doneStep('Track a job').first().waitFor();
    await doneStep('Watch its progress').first().waitFor();
    await runCommand(page, 'View: Close All Editors');
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  it('comes from the URL of another region to the sign-in for it, and back to the URL', async () => {
    const { page } = editor;
    await runCommand(page, 'Track ELB Job');
    await widget().filter({ hasText: 'The job_id that the API returned' }).waitFor();
    await quickInput(page).fill(ELSEWHERE);
    await widget().getByText('There are no credentials for ap-southeast-3').waitFor();
    await editor.screenshot('other-region');
    await page.keyboard.press('Enter');
    await editor.choose('How do you sign in?', 'Access key (AK/SK)');
    await focusedRow().filter({ hasText: 'ap-southeast-3' }).filter({ hasText: 'region of the job' }).waitFor();
    await editor.screenshot('other-region-in-wizard');
    await page.keyboard.press('Escape');
    // The warning takes the place of the prompt.
    await widget().getByText('There are no credentials for ap-southeast-3').waitFor();
    assert.equal(await quickInput(page).inputValue(), ELSEWHERE);
    await page.keyboard.press('Escape');
    await runCommand(page, 'Track ELB Job');
    await widget().getByText('There are no credentials for ap-southeast-3').waitFor();
    assert.equal(await quickInput(page).inputValue(), ELSEWHERE, 'the text is kept for the next opening');
    await page.keyboard.press('Escape');
  });

  it('reads “Not signed in” above the jobs that are left after signing out, next to a button that signs in', async () => {
    const { page } = editor;
    await runCommand(page, 'ELB Jobs: Sign Out');
    await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Sign Out', exact: true }).click();
    await sideBar().getByText('Not signed in: jobs are not polled.').waitFor();
    await widenSideBar(page, -100);
    await runCommand(page, 'Notifications: Clear All Notifications');
    await editor.screenshot('not-signed-in');
    await sideBar().getByRole('button', { name: 'Add Credentials' }).click();
    await widget().getByPlaceholder('How do you sign in?').waitFor();
    await page.keyboard.press('Escape');
  });
});

describe('a person whose key has several projects', function () {
  this.timeout(MAX_TEST_MS);
  let editor: Editor;

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.screenshotFailure(this.currentTest.title);
    await editor.close();
  });

  it('can enter the ID of another one, although the list of projects does not have what they typed', async () => {
    const projects = ['1', '2'].map((id) => ({ id: id.padStart(32, '0'), name: `cn-north-4_team${id}` }));
    editor = await Editor.open('projects', { cloud: await Simulator.start({ projects }) });
    const { page, cloud } = editor;
    const { accessKey, secretKey } = cloud.accessKey;
    await openViewContainer(page, 'ELB Jobs');
    await runCommand(page, 'ELB Jobs: Add Credentials');
    await editor.choose('How do you sign in?', 'Access key (AK/SK)');
    await editor.choose('Region of the load balancers', cloud.origin);
    await editor.answer('Access key (AK)', accessKey);
    await editor.answer('Secret key (SK)', secretKey);
    await editor.answer('Security token', '');
    await quickPickRow(page, 'cn-north-4_team1').waitFor();
    await quickInput(page).fill('9'.repeat(32));
    await quickPickRow(page, 'cn-north-4_team1').waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-widget').filter({ hasText: 'Project ID in this region' }).waitFor();
  });
});

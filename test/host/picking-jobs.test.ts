import assert from 'node:assert/strict';
import { HOUR } from '../../src/base/time-units';
import { BACK, ESCAPE, KEEP } from '../support/host/quick-input';
import { runCommand as run, Workbench } from '../support/host/workbench';

const REQUEST = '1fd5b7a2-65ab-4a7e-9a0e-0c0f6a9d2c51';
const UPGRADE = '3aa0c6b1-5c7e-4f5a-8a43-6f2d9c1b7e55';
const QUESTION = 'Track ELB Job: Which are jobs of ELB?';

describe('the list of ids in a text that names no job', () => {
  let workbench: Workbench;
  let jobId: string;
  let text: string;

  const tracked = () => workbench.trackedJobs().map(({ reference }) => reference.jobId);
  const listed = () => (workbench.person.offered.at(-1) ?? []).join('\n');

  beforeEach(async () => {
    workbench = await Workbench.open();
    await workbench.signIn();
    ({ jobId } = workbench.cloud.startJob({ kind: 'cloneListener', durationMs: HOUR }));
    text = `the clone ${jobId} has begun after the upgrade ${UPGRADE} · "request_id": "${REQUEST}"`;
  });

  afterEach(async () => {
    await workbench.close();
  });

  it('follows the text, has each id, and tracks the ticked one only', async () => {
    const { person } = workbench;
    person.types(text, jobId);
    await run('track');
    assert.ok(person.questions.at(-1)?.startsWith(QUESTION), person.questions.at(-1));
    for (const id of [jobId, UPGRADE, REQUEST]) assert.ok(listed().includes(id.slice(0, 8)), `${id}: ${listed()}`);
    assert.deepEqual(tracked(), [jobId]);
  });

  it('leads back to the text, and tracks nothing if it is left', async () => {
    const { person } = workbench;
    person.types(text, BACK, KEEP, ESCAPE);
    await run('track');
    assert.equal(person.questions.filter((question) => question.startsWith(QUESTION)).length, 2);
    assert.deepEqual(tracked(), []);
  });

  it('is the only question about a text from a key binding', async () => {
    const { person } = workbench;
    const before = person.questions.length;
    person.types(jobId);
    await run('track', text);
    assert.equal(person.questions.length, before + 1);
    assert.ok(person.questions.at(-1)?.startsWith(QUESTION), person.questions.at(-1));
    assert.deepEqual(tracked(), [jobId]);
  });

  it('does not open if the text names its jobs', async () => {
    const { person } = workbench;
    const before = person.questions.length;
    await run('track', `job_id: ${jobId}, request_id: ${REQUEST}`);
    assert.equal(person.questions.length, before);
    assert.deepEqual(tracked(), [jobId]);
  });
});

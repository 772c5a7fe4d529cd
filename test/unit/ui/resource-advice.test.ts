import assert from 'node:assert/strict';
import type { Job } from '../../../src/cloud/api/job';
import type { ProjectResources, Quota, Resource } from '../../../src/jobs/model/project-resources';
import { newlyTracked, type TrackedJob, withResponse } from '../../../src/jobs/model/tracked-job';
import { JobStore } from '../../../src/jobs/store/job-store';
import { CopyValueCommand } from '../../../src/ui/job-commands/copy-value-command';
import { copiedTexts } from '../../support/fake-vscode';
import { type BuiltRow, type BuiltViews, buildAllViews } from '../../support/hostile/all-views';
import { jobAt, MemoryLog, noFiles, reference, subJobAt } from '../../support/samples';

const now = Date.UTC(2026, 0, 1, 10, 42);

interface Known {
  readonly byId?: readonly (readonly [string, Resource])[];
  readonly quotas?: readonly Quota[];
  readonly refused?: ProjectResources['refused'];
}

function resourcesOf({ byId = [], quotas = [], refused = new Set() }: Known): ProjectResources {
  return { byId: new Map(byId), quotas: new Map(quotas.map((quota) => [quota.key, quota])), refused };
}

function trackedWith(job: Job, known?: Known): TrackedJob {
  const tracked = withResponse(newlyTracked(reference, now), { job }, now);
  return known === undefined ? tracked : { ...tracked, resources: resourcesOf(known) };
}

const withoutMarkup = (markdown: string) => markdown.replace(/&nbsp;/g, '').replace(/\\(.)/g, '$1');
const rowOf = ({ rows }: BuiltViews, kind: string) => allOf(rows).find(({ node }) => node.kind === kind);
const allOf = (rows: readonly BuiltRow[]): readonly BuiltRow[] => rows.flatMap((row) => [row, ...allOf(row.below)]);

/** What the advice row, its hover, the job's hover, the report and the timeline say of a label. */
function saidBy(views: BuiltViews, kind: 'advice' | 'recycle-bin', label: string): readonly (string | undefined)[] {
  const row = rowOf(views, kind);
  const inTimeline = views.page.rows[0]?.details.find((detail) => detail.label === label)?.values[0]?.text;
  const inReport = new RegExp(`^- ${label}: (.*)$`, 'm').exec(views.report)?.[1];
  const inHover = new RegExp(`\\*${label}\\* *(.*?)(?: {2})?$`, 'm').exec(
    withoutMarkup(views.rows[0]?.hover ?? ''),
  )?.[1];
  return [
    row?.texts[1],
    withoutMarkup(row?.hover ?? '').split('\n\n')[1],
    inHover,
    inReport?.replaceAll('\\', ''),
    inTimeline,
  ];
}

async function copied(tracked: TrackedJob, row: BuiltRow | undefined): Promise<string | undefined> {
  const store = new JobStore(noFiles, new MemoryLog());
  await store.restore([tracked]);
  store.setResources(reference, tracked.resources, () => true);
  copiedTexts.length = 0;
  await new CopyValueCommand(store, new MemoryLog()).run(row?.node, undefined);
  return copiedTexts.at(-1);
}

const TIME = /\(1\/1\/26, [^)]*\)|\(2026-01-01T10:42:00Z\)/g;
const WITHOUT_QUOTA =
  'A quota is used up. Delete resources that you no longer need, or request a higher quota in the console.';
const DELETE_OR_REQUEST = 'Delete resources that you no longer need, or request a higher quota in the console.';

describe('the advice on a quota that is used up', () => {
  const quota = (fields: Partial<Quota> = {}): Quota => ({
    ...{ key: 'loadbalancer', limit: 50, used: 50, seenAt: now },
    ...fields,
  });
  const error = { errorCode: 'ELB.8905', errorMessage: 'Quota exceeded for resources: loadbalancer.' };
  const job = jobAt('FAIL', { jobType: 'batchCreateV3Loadbalancer', ...error });

  async function adviceOn(of: Job, ...quotas: readonly Quota[]): Promise<string | undefined> {
    const said = saidBy(await buildAllViews(trackedWith(of, { quotas })), 'advice', 'What to do');
    const withoutTime = said.map((text) => text?.replace(TIME, '(time)'));
    for (const text of withoutTime) assert.equal(text, withoutTime[0]);
    return withoutTime[0];
  }

  it('names the quota and its use in the row, hovers, report, timeline and copy', async () => {
    assert.equal(
      await adviceOn(job, quota()),
      `A quota is used up: loadbalancer, 50 of 50 used (time). ${DELETE_OR_REQUEST}`,
    );
    const tracked = trackedWith(job, { quotas: [quota()] });
    const row = rowOf(await buildAllViews(tracked), 'advice');
    assert.equal(await copied(tracked, row), row?.texts[1]);
  });

  it('is for the job’s quota also if only a sub-job has the error', async () => {
    const subJob = subJobAt({ jobId: 'a', jobType: 'cloneListener', status: 'FAIL', errorCode: 'ELB.9807' });
    const of = jobAt('FAIL', { subJobs: [subJob] });
    const said = await adviceOn(of, quota(), quota({ key: 'listener', limit: 100, used: 100 }));
    assert.equal(said, `A quota is used up: listener, 100 of 100 used (time). ${DELETE_OR_REQUEST}`);
  });

  it('is not that it is used up if it is not, and names no quota that may have nothing to do with the error', async () => {
    assert.equal(
      await adviceOn(job, quota({ used: 30 })),
      `A quota did not suffice: loadbalancer, 30 of 50 used (time). ${DELETE_OR_REQUEST}`,
    );
    assert.equal(
      await adviceOn(job, quota({ limit: -1 })),
      'The quota has no limit now: loadbalancer (time). Try again.',
    );
    const unnamed = jobAt('FAIL', { ...error, errorMessage: 'Quota exceeded' });
    assert.equal(await adviceOn(unnamed, quota({ used: 30 })), WITHOUT_QUOTA);
    assert.equal(await adviceOn(unnamed, quota({ limit: -1 })), WITHOUT_QUOTA);
    const perListener = jobAt('FAIL', { ...error, errorMessage: 'Quota l7policies_per_listener exceeded' });
    assert.equal(
      await adviceOn(perListener, quota({ key: 'l7policies_per_listener', limit: 100, used: 0 })),
      `A quota is used up: l7policies_per_listener, at most 100 (time). ${DELETE_OR_REQUEST}`,
    );
  });

  it('is the same as before if the quota is not known, and for other codes', async () => {
    for (const tracked of [
      trackedWith(job),
      trackedWith(job, {}),
      trackedWith(job, { quotas: [quota({ key: 'x' })] }),
    ]) {
      for (const text of saidBy(await buildAllViews(tracked), 'advice', 'What to do'))
        assert.equal(text, WITHOUT_QUOTA);
    }
    assert.equal(await adviceOn(jobAt('FAIL', { ...error, errorCode: 'ELB.1091' }), quota()), WITHOUT_QUOTA);
  });
});

describe('what is said of the recycle bin after a batch deletion', () => {
  const resource = (isInRecycleBin: boolean | undefined): Resource => ({
    ...{ type: 'loadbalancer', name: 'prod', seenAt: now },
    isInRecycleBin,
  });
  const subJob = (id: string) =>
    subJobAt({ jobId: `job-${id}`, status: 'SUCCESS', entities: [{ resourceId: id, resourceType: 'loadbalancer' }] });

  async function said(...inBin: readonly (boolean | undefined)[]): Promise<string | undefined> {
    const ids = inBin.map((_, index) => `lb-${index}`);
    const job = jobAt('COMPLETE', { jobType: 'batchDeleteLoadbalancer', subJobs: ids.map(subJob) });
    const byId = ids.map((id, index) => [id, resource(inBin[index])] as const);
    const tracked = trackedWith(job, { byId });
    const views = await buildAllViews(tracked);
    const texts = saidBy(views, 'recycle-bin', 'Recycle bin');
    for (const text of texts) assert.equal(text, texts[0]);
    const row = rowOf(views, 'recycle-bin');
    if (row !== undefined) assert.equal(await copied(tracked, row), texts[0]);
    return texts[0];
  }

  it('is how many load balancers can be restored', async () => {
    const expire = 'to the recycle bin and can be restored until they expire.';
    assert.equal(await said(true, true, true), `All 3 deleted load balancers went ${expire}`);
    assert.equal(await said(true, false, true), `2 of 3 deleted load balancers went ${expire}`);
    assert.equal(
      await said(false, false),
      'The deleted load balancers are not in the recycle bin: they cannot be restored.',
    );
    assert.equal(
      await said(true),
      'The deleted load balancer went to the recycle bin and can be restored until it expires.',
    );
    assert.equal(await said(false), 'The deleted load balancer is not in the recycle bin: it cannot be restored.');
    assert.equal(await said(true, undefined, false), `1 of the deleted load balancers went ${expire}`);
  });

  it('is nothing if it is not known, and while the job runs', async () => {
    assert.equal(await said(undefined, undefined), undefined);
    assert.equal(await said(false, undefined), undefined);
    assert.equal(await said(), undefined);
    const byId = [['lb-0', resource(true)]] as const;
    const running = jobAt('RUNNING', { jobType: 'batchDeleteLoadbalancer', subJobs: [subJob('lb-0')] });
    assert.equal(rowOf(await buildAllViews(trackedWith(running, { byId })), 'recycle-bin'), undefined);
  });
});

describe('the note about permissions for names', () => {
  const entity = (resourceId: string, resourceType: string) => ({ resourceId, resourceType });
  const job = jobAt('RUNNING', {
    resourceId: 'lb',
    subJobs: [subJobAt({ jobId: 'a', entities: [entity('lb', 'loadbalancer'), entity('l', 'listener')] })],
  });

  async function noteOf(of: Job, known?: Known): Promise<readonly string[]> {
    const views = await buildAllViews(trackedWith(of, known));
    const notes = withoutMarkup(views.rows[0]?.hover ?? '')
      .split('\n')
      .filter((line) => line.includes('Names need'));
    const others = [...allOf(views.rows[0]?.below ?? []), views.page, views.report, views.shown, views.copiedTimeline];
    assert.doesNotMatch(JSON.stringify(others), /Names need/);
    assert.doesNotMatch(JSON.stringify(views.rows.map(({ texts }) => texts)), /Names need/);
    return notes;
  }

  it('is one line in the hover of a job, and nowhere else', async () => {
    const both = new Set(['elb:listeners:list', 'elb:loadbalancers:list', 'elb:quotas:list'] as const);
    assert.deepEqual(await noteOf(job, { refused: new Set(['elb:loadbalancers:list'] as const) }), [
      'Names need the permission elb:loadbalancers:list.',
    ]);
    assert.deepEqual(await noteOf(job, { refused: both }), [
      'Names need the permissions elb:loadbalancers:list and elb:listeners:list.',
    ]);
  });

  it('is there only if a resource of the job lacks its name for it', async () => {
    const seen: Resource = { type: 'loadbalancer', seenAt: now };
    const refused = new Set(['elb:loadbalancers:list', 'elb:listeners:list'] as const);
    const byId = [['lb', seen]] as const;
    assert.deepEqual(await noteOf(job, { refused, byId }), ['Names need the permission elb:listeners:list.']);
    assert.deepEqual(await noteOf(job, { refused, byId: [...byId, ['l', seen]] }), []);
    assert.deepEqual(await noteOf(jobAt('RUNNING', { resourceId: 'l', jobType: 'cloneListener' }), { refused }), [
      'Names need the permission elb:listeners:list.',
    ]);
    const pool = jobAt('RUNNING', { subJobs: [subJobAt({ jobId: 'a', entities: [entity('p', 'pool')] })] });
    for (const of of [pool, jobAt('RUNNING')]) assert.deepEqual(await noteOf(of, { refused }), []);
    assert.deepEqual(await noteOf(job, { refused: new Set(['elb:quotas:list'] as const) }), []);
    assert.deepEqual(await noteOf(job, {}), []);
    assert.deepEqual(await noteOf(job), []);
  });
});

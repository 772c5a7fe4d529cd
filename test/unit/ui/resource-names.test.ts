import assert from 'node:assert/strict';
import { HOUR, MINUTE } from '../../../src/base/time-units';
import type { Job } from '../../../src/cloud/api/job';
import { DurationHistory } from '../../../src/jobs/model/duration-history';
import { jobKey } from '../../../src/jobs/model/job-reference';
import { newlyTracked, type TrackedJob } from '../../../src/jobs/model/tracked-job';
import { JobStore } from '../../../src/jobs/store/job-store';
import { jobSentence } from '../../../src/ui/text/job-sentences';
import { distinctJobTitle, jobName, jobTitle } from '../../../src/ui/text/job-words';
import type { Cell } from '../../../src/ui/timeline/timeline-page';
import { NEWEST_FIRST, type Order } from '../../../src/ui/tree/job-arrangement';
import type { JobTreeNode } from '../../../src/ui/tree/job-nodes';
import { JobTree } from '../../../src/ui/tree/job-tree';
import { FakeClock } from '../../support/fake-clock';
import { type BuiltRow, buildAllViews, openTimeline } from '../../support/hostile/all-views';
import { namedResources, NO_NAMES } from '../../support/named-resources';
import { jobAt, MemoryLog, noFiles, reference, subJobAt } from '../../support/samples';

const now = Date.UTC(2026, 0, 1, 1);
const LOAD_BALANCER = '9f5b432c-987e-4777-a1bc-6642be4b2b50';
const LISTENERS = ['listener-1-0000-4000-8000-000000000000', 'listener-2-0000-4000-8000-000000000000'] as const;
const resources = namedResources({
  [LOAD_BALANCER]: 'prod-api',
  [LISTENERS[0]]: 'http-80',
  [LISTENERS[1]]: 'https-443',
});

const part = (jobId: string, resourceId: string, fields = {}) =>
  subJobAt({
    ...{ jobId, jobType: 'cloneListener', status: 'RUNNING', beginTime: now - 5 * MINUTE, resourceId },
    entities: [{ resourceId, resourceType: 'listener' }],
    ...fields,
  });

const jobWith = (status: string, fields: Partial<Job> = {}): Job =>
  jobAt(status, {
    ...{ jobType: 'cloneLoadbalancer', resourceId: LOAD_BALANCER, beginTime: now - 12 * MINUTE },
    subJobs: [part('11111111-a', LISTENERS[0]), part('22222222-b', LISTENERS[1])],
    ...fields,
  });

const tracked = (others: Partial<TrackedJob> = {}): TrackedJob => ({
  ...newlyTracked(reference, now),
  job: jobWith('RUNNING'),
  resources,
  ...others,
});

const lines = (rows: readonly BuiltRow[], indent = ''): readonly string[] =>
  rows.flatMap(({ texts, below }) => [`${indent}${texts.slice(0, 2).join(' | ')}`, ...lines(below, `${indent}  `)]);
const quoted = ({ quoted: text }: Cell) => text;

describe('the names of resources', () => {
  it('are in the rows of jobs, sub-jobs and resources, before any id', async () => {
    const { rows } = await buildAllViews(tracked(), now);
    assert.deepEqual(lines(rows), [
      'cloneLoadbalancer · prod-api | 12 min · 37d5c1fd',
      '  http-80 | 5 min · cloneListener',
      `    http-80 | listener · ${LISTENERS[0]}`,
      '  https-443 | 5 min · cloneListener',
      `    https-443 | listener · ${LISTENERS[1]}`,
    ]);
    assert.equal(rows[0]?.texts[2], 'cloneLoadbalancer · prod-api, RUNNING · 12 min · 37d5c1fd');
  });

  it('come after the name that a person gave the job', async () => {
    const { rows, page } = await buildAllViews(tracked({ label: 'Cutover' }), now);
    assert.equal(lines(rows)[0], 'Cutover | prod-api · 12 min · 37d5c1fd');
    assert.equal(rows[0]?.texts[2], 'Cutover, RUNNING · 12 min · prod-api · 37d5c1fd');
    assert.deepEqual([page.heading.quoted, page.summary.quoted], ['Cutover', 'prod-api · 37d5c1fd']);
  });

  it('are in the hovers, with whole ids', async () => {
    const { rows } = await buildAllViews(tracked(), now);
    const [job, subJob, entity] = [rows[0], rows[0]?.below[0], rows[0]?.below[0]?.below[0]].map((row) =>
      (row ?? assert.fail()).hover.replaceAll('\\', ''),
    );
    assert.match(job ?? '', new RegExp(`^\\*\\*cloneLoadbalancer · prod-api\\*\\*[^]*prod-api · ${LOAD_BALANCER}`));
    assert.match(subJob ?? '', new RegExp(`^\\*\\*cloneListener · http-80\\*\\*[^]*http-80 · ${LISTENERS[0]}`));
    assert.match(entity ?? '', new RegExp(`^\\*\\*listener · http-80\\*\\*[^]*${LISTENERS[0]}`));
    assert.equal(subJob?.split(LISTENERS[0]).length, 2, 'the only resource of the sub-job is named once');
  });

  it('are in the timeline: in heading, rows, table and details', async () => {
    const { page } = await buildAllViews(tracked(), now);
    const names = ['cloneLoadbalancer · prod-api', 'cloneListener · http-80', 'cloneListener · https-443'];
    assert.equal(quoted(page.heading), names[0]);
    const parts = page.rows.filter(({ kind }) => kind !== 'gap');
    assert.deepEqual(
      parts.map(({ name }) => quoted(name)),
      names,
    );
    assert.deepEqual(
      page.table.rows.flatMap(([cell]) => cell?.quoted ?? []),
      names,
    );
    const valuesOf = (label: string) =>
      page.rows.flatMap(({ details }) =>
        details.filter((each) => each.label === label).flatMap(({ values }) => values.map(quoted)),
      );
    assert.deepEqual(valuesOf('Resource'), [`prod-api · ${LOAD_BALANCER}`]);
    assert.deepEqual(valuesOf('Job ID').length, 1, 'the ID of a sub-job is not the ID of a job, which can be tracked');
    assert.deepEqual(valuesOf('Resources'), [
      `listener http-80 · ${LISTENERS[0]}`,
      `listener https-443 · ${LISTENERS[1]}`,
    ]);
  });

  it('are in the report, with whole ids', async () => {
    const failed = part('22222222-b', LISTENERS[1], { status: 'FAIL', errorCode: 'ELB.8905' });
    const { report } = await buildAllViews(
      tracked({ job: jobWith('FAIL', { subJobs: [part('11111111-a', LISTENERS[0]), failed] }) }),
      now,
    );
    assert.match(report, /^## FAILED: cloneListener · https-443: ELB\.8905\n\n\*\*cloneLoadbalancer · prod-api\*\*\n/);
    assert.match(report, /- Failed first: `cloneListener` · https-443 · `22222222-b` · `ELB\.8905`\n/);
    assert.ok(report.includes(`| Resource | prod-api · \`${LOAD_BALANCER}\` |`), report);
    assert.ok(report.includes(`| listener http-80 · \`${LISTENERS[0]}\` |`), report);
    assert.match(report, /\n\| `cloneListener · http-80` \|/);
  });

  it('are in the status bar, its tooltip and the lists to pick from', async () => {
    const { shown } = await buildAllViews(tracked(), now);
    for (const text of [
      '$(sync) ELB: prod-api: clone is running',
      'cloneLoadbalancer · prod-api · 37d5c1fd: RUNNING',
      'cloneLoadbalancer · prod-api',
      '$(sync) cloneLoadbalancer · prod-api',
    ]) {
      assert.ok(shown.includes(text), `${text} is missing in ${JSON.stringify(shown, undefined, 1)}`);
    }
  });

  it('are in titles, which have the id where another job may have the same name', () => {
    assert.equal(jobTitle(tracked()), 'cloneLoadbalancer · prod-api');
    assert.equal(distinctJobTitle(tracked()), 'cloneLoadbalancer · prod-api · 37d5c1fd');
    assert.equal(jobName(tracked()), 'cloneLoadbalancer · prod-api · 37d5c1fd');
    const labelled = tracked({ label: 'Cutover' });
    assert.deepEqual([jobTitle(labelled), distinctJobTitle(labelled)], ['Cutover', 'Cutover']);
  });

  it('are in a short sentence that says what the job does', () => {
    const sentenceOf = (status: string, fields: Partial<Job> = {}) =>
      jobSentence(tracked({ job: jobWith(status, fields) }));
    assert.equal(sentenceOf('INIT'), 'prod-api: clone is about to begin');
    assert.equal(sentenceOf('ROLLBACKING'), 'prod-api: clone is rolling back');
    assert.equal(sentenceOf('COMPLETE'), 'prod-api: clone completed');
    assert.equal(sentenceOf('FAIL'), 'prod-api: clone failed');
    assert.equal(sentenceOf('CANCEL'), 'prod-api: clone was cancelled');
    assert.equal(sentenceOf('ODD'), 'prod-api: clone · ODD');
    assert.equal(sentenceOf('SUCCESS', { jobType: 'UPGRADE' }), 'prod-api: upgrade needs your decision');
    assert.equal(
      sentenceOf('COMPLETE', { subJobs: [subJobAt({ status: 'FAIL' })] }),
      'prod-api: clone has a failed sub-job',
    );
    const long = namedResources({ [LOAD_BALANCER]: 'x'.repeat(255) });
    const sentence = jobSentence(
      tracked({ job: jobWith('ROLLBACKING', { jobType: 'y'.repeat(64) }), resources: long }),
    );
    assert.ok(sentence.length <= 65 && sentence.endsWith(' is rolling back'), sentence);
  });

  it('count the other resources of a batch', async () => {
    const subJobs = ['a', 'b', 'c'].map((id) => part(id, id, { jobType: 'batchCreateV3Loadbalancer', entities: [] }));
    const job = jobWith('RUNNING', { jobType: 'batchCreateV3Loadbalancer', resourceId: undefined, subJobs });
    const { rows } = await buildAllViews(tracked({ job, resources: namedResources({ b: 'web-1' }) }), now);
    assert.deepEqual(
      lines(rows).filter((line) => line.includes('batch')),
      [
        'batchCreateV3Load… · web-1 +2 | 12 min · 37d5c1fd',
        '  a | 5 min · batchCreateV3Loadbalancer',
        '  web-1 | 5 min · batchCreateV3Loadbalancer',
        '  c | 5 min · batchCreateV3Loadbalancer',
      ],
    );
    assert.match(rows[0]?.texts[2] ?? '', /^batchCreateV3Loadbalancer · web-1 \+2, RUNNING/);
    assert.match(rows[0]?.below[1]?.texts[2] ?? '', /^batchCreateV3Loadbalancer · web-1, RUNNING/);
  });
});

describe('the views without names of resources', () => {
  /** Only the hover of a job mentions the permission. */
  const withoutNote = (views: unknown): unknown =>
    JSON.parse(JSON.stringify(views).replaceAll(/\\n\\nNames need the permissions? [^"]*?\\\\\.(?=")/g, ''));

  it('are the same whether names are turned off, refused, or not known yet', async () => {
    for (const status of ['RUNNING', 'FAIL']) {
      const off = withoutNote(await buildAllViews(tracked({ job: jobWith(status), resources: undefined }), now));
      for (const each of NO_NAMES) {
        assert.deepEqual(
          withoutNote(await buildAllViews(tracked({ job: jobWith(status), resources: each }), now)),
          off,
        );
      }
    }
  });

  it('have the type and the short id of a job, the short ids of sub-jobs of one type, and the ids of resources', async () => {
    for (const each of [undefined, ...NO_NAMES]) {
      const { rows, page, shown } = await buildAllViews(tracked({ resources: each }), now);
      assert.deepEqual(lines(rows), [
        'cloneLoadbalancer | 37d5c1fd · 12 min',
        // Their resources' ids begin alike.
        '  listener · 11111111 | 5 min · cloneListener',
        `    listener | ${LISTENERS[0]}`,
        '  listener · 22222222 | 5 min · cloneListener',
        `    listener | ${LISTENERS[1]}`,
      ]);
      assert.equal(quoted(page.heading), 'cloneLoadbalancer');
      assert.ok(shown.includes('$(sync) ELB: cloneLoadbalancer 37d5c1fd is running'));
      assert.ok(shown.includes('cloneLoadbalancer 37d5c1fd: RUNNING'));
    }
  });
});

describe('when the name of a resource becomes known, or changes', () => {
  async function openTree(order: Order = 'newest') {
    const clock = new FakeClock(now);
    const log = new MemoryLog();
    const store = new JobStore(noFiles, log);
    const other = { ...reference, jobId: 'another-job' };
    const subJobs = [part('a', LISTENERS[0]), part('b', LISTENERS[1])];
    await store.restore([
      tracked({ job: jobWith('RUNNING', { subJobs }) }),
      { ...newlyTracked(other, now - HOUR), job: jobWith('RUNNING', { resourceId: 'other' }) },
    ]);
    const noEvent = () => ({ dispose: () => undefined });
    const tree = new JobTree({
      ...{ store, clock, log, durations: new DurationHistory() },
      options: { current: { ...NEWEST_FIRST, order }, onDidChange: noEvent, clearFilter: () => Promise.resolve() },
      projectNames: { of: () => undefined, onDidChange: noEvent },
    });
    const redrawn: (string | undefined)[] = [];
    tree.onDidChangeTreeData((node) => redrawn.push(node?.id));
    const labelsOf = (node?: JobTreeNode) => tree.getChildren(node).map((each) => tree.getTreeItem(each).label);
    return { store, tree, redrawn, labelsOf };
  }

  const isOfFirst = ({ reference: { jobId } }: TrackedJob) => jobId === reference.jobId;

  it('only the rows of its jobs are redrawn, and keep their ids, so that selection and expansion stay', async () => {
    const { store, tree, redrawn, labelsOf } = await openTree();
    const idsBelow = () => tree.getChildren(tree.getChildren()[0]).map(({ id }) => id);
    const [node] = tree.getChildren();
    const before = idsBelow();
    assert.deepEqual(labelsOf(), ['cloneLoadbalancer', 'cloneLoadbalancer']);
    store.setResources(reference, resources, isOfFirst);
    assert.deepEqual(redrawn, [jobKey(reference)]);
    assert.equal(tree.getChildren()[0], node);
    assert.deepEqual(idsBelow(), before);
    assert.deepEqual(labelsOf(node), ['http-80', 'https-443']);
    assert.equal(labelsOf()[0], 'cloneLoadbalancer · prod-api');
    store.setResources(reference, namedResources({ [LOAD_BALANCER]: 'renamed' }), isOfFirst);
    assert.equal(labelsOf()[0], 'cloneLoadbalancer · renamed');
    tree.dispose();
  });

  it('jobs that are sorted by name move', async () => {
    const { store, tree, redrawn, labelsOf } = await openTree('name');
    store.setResources(reference, namedResources({ [LOAD_BALANCER]: 'b', other: 'a' }), () => true);
    assert.deepEqual(redrawn, [undefined]);
    assert.deepEqual(labelsOf(), ['cloneLoadbalancer · a', 'cloneLoadbalancer · b']);
    tree.dispose();
  });

  it('an open timeline shows it', async () => {
    const { store, page } = await openTimeline(tracked({ resources: undefined }), new FakeClock(now));
    assert.equal(quoted(page().heading), 'cloneLoadbalancer');
    store.setResources(reference, resources, () => true);
    assert.equal(quoted(page().heading), 'cloneLoadbalancer · prod-api');
  });
});

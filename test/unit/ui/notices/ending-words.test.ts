import assert from 'node:assert/strict';
import { MINUTE, SECOND } from '../../../../src/base/time-units';
import type { Job } from '../../../../src/cloud/api/job';
import { DEMO_PROJECT } from '../../../../src/demo/demo-project';
import { newlyTracked, type TrackedJob } from '../../../../src/jobs/model/tracked-job';
import { endingWords } from '../../../../src/ui/notices/ending-words';
import { namedResources, NO_NAMES } from '../../../support/named-resources';
import { jobAt, reference, subJobAt } from '../../../support/samples';

const LOAD_BALANCER = '9f5b432c-987e-4777-a1bc-6642be4b2b50';
const resources = namedResources({ [LOAD_BALANCER]: 'prod-api', a: 'web-1', b: 'web-2', c: 'web-3' });
const QUOTA = { errorCode: 'ELB.8905', errorMessage: 'Quota exceeded for resources: loadbalancer.' };
const times = { beginTime: 0, endTime: 12 * MINUTE };

const ended = (status: string, fields: Partial<Job> = {}, others: Partial<TrackedJob> = {}): TrackedJob => ({
  ...newlyTracked(reference, 0),
  job: jobAt(status, { jobType: 'UPGRADE', resourceId: LOAD_BALANCER, ...times, ...fields }),
  requestId: '5e1b0f6c-0000-4000-8000-000000000000',
  ...others,
});

const batchPart = (resourceId: string, status: string, error = {}) =>
  subJobAt({ resourceId, jobType: 'batchCreateV3Loadbalancer', status, ...error });

const failedBatch: Partial<Job> = {
  jobType: 'batchCreateV3Loadbalancer',
  resourceId: undefined,
  subJobs: [batchPart('a', 'SUCCESS'), batchPart('b', 'FAIL', QUOTA), batchPart('c', 'RUNNING')],
};

describe('the words of an ending', () => {
  it('first name the resource and say what happened, in plain words, and then why', () => {
    const subJobs = [
      subJobAt({ jobType: 'UPGRADE_INIT', status: 'SUCCESS' }),
      subJobAt({ jobType: 'UPGRADE_TRAFFIC_SWITCH', status: 'FAIL', ...QUOTA }),
    ];
    assert.equal(
      endingWords(ended('FAIL', { subJobs, ...QUOTA }, { resources })),
      'prod-api: upgrade failed after 12 min · ELB.8905 Quota exceeded for resources: loadbalancer. (UPGRADE_TRAFFIC_SWITCH, 1 of 2 done)',
    );
    assert.equal(endingWords(ended('COMPLETE', {}, { resources })), 'prod-api: upgrade completed after 12 min');
    const stopped = [
      subJobAt({ jobType: 'UPGRADE_INIT', status: 'SUCCESS' }),
      subJobAt({ jobType: 'UPGRADE_TRAFFIC_SWITCH' }),
    ];
    assert.equal(
      endingWords(ended('CANCEL', { subJobs: stopped }, { resources })),
      'prod-api: upgrade was cancelled after 12 min · 1 of 2 done',
    );
  });

  it('of a batch count its resources, and name the one that failed', () => {
    assert.equal(
      endingWords(ended('FAIL', failedBatch, { resources })),
      'web-1 +2: creation failed after 12 min · ELB.8905 Quota exceeded for resources: loadbalancer. (web-2, 1 of 3 done)',
    );
  });

  it('do not repeat the type of the job', () => {
    const subJobs = [subJobAt({ jobType: 'cloneListener', status: 'FAIL', ...QUOTA })];
    assert.equal(
      endingWords(ended('FAIL', { jobType: 'cloneListener', resourceId: undefined, subJobs })),
      'cloneListener 37d5c1fd failed after 12 min · ELB.8905 Quota exceeded for resources: loadbalancer.',
    );
  });

  it('have plain words for all documented types, and any other type as it came', () => {
    const workOf = (jobType: string | undefined) =>
      endingWords(ended('FAIL', { jobType }, { resources })).slice(10, -20);
    const types = [
      'UPGRADE',
      'cloneLoadbalancer',
      'cloneListener',
      'batchCreateV2Loadbalancer',
      'batchDeleteLoadbalancer',
    ];
    assert.deepEqual(types.map(workOf), ['upgrade', 'clone', 'listener clone', 'creation', 'deletion']);
    const others = ['batchDeleteListener', 'importTemplate', 'somethingNew', undefined];
    assert.deepEqual(others.map(workOf), ['listener deletion', 'template import', 'somethingNew', 'job']);
  });

  it('have the same order, and short ids, while no name is known', () => {
    for (const each of [undefined, ...NO_NAMES]) {
      assert.equal(
        endingWords(ended('COMPLETE', {}, { resources: each })),
        'UPGRADE 37d5c1fd completed after 12 min · loadbalancer 9f5b432c…',
      );
      assert.equal(
        endingWords(ended('FAIL', failedBatch, { resources: each })),
        'batchCreateV3Loadbalancer 37d5c1fd failed after 12 min · ELB.8905 Quota exceeded for resources: loadbalancer. (b, 1 of 3 done)',
      );
    }
  });

  it('begin with the name that a person gave the job, and have the name of the resource later', () => {
    assert.equal(
      endingWords(ended('COMPLETE', {}, { label: 'Cutover', resources })),
      'Cutover: upgrade completed after 12 min · prod-api',
    );
    assert.equal(
      endingWords(ended('COMPLETE', {}, { label: 'Cutover' })),
      'Cutover: upgrade completed after 12 min · loadbalancer 9f5b432c…',
    );
  });

  it('say that an upgrade waits, and that a sub-job of a successful job failed, each with the duration', () => {
    const waiting = 'has switched the traffic and is waiting for completion or rollback · 12 min';
    assert.equal(endingWords(ended('SUCCESS', {}, { resources })), `prod-api: upgrade ${waiting}`);
    assert.equal(endingWords(ended('SUCCESS')), `UPGRADE 37d5c1fd ${waiting} · loadbalancer 9f5b432c…`);
    const subJobs = [subJobAt({ jobType: 'cloneListener', status: 'FAIL', ...QUOTA })];
    assert.equal(
      endingWords(ended('COMPLETE', { jobType: 'cloneLoadbalancer', subJobs }, { resources })),
      'prod-api: clone completed, but a sub-job failed · 12 min · ELB.8905 Quota exceeded for resources: loadbalancer. (cloneListener)',
    );
  });

  it('leave out what is missing, and mark the demo', () => {
    const bare = { jobType: undefined, resourceId: undefined, beginTime: undefined, endTime: undefined };
    assert.equal(endingWords(ended('FAIL', bare)), 'Job 37d5c1fd failed');
    const demo = { ...reference, ...DEMO_PROJECT };
    assert.equal(
      endingWords(ended('FAIL', { errorCode: 'ELB.8905' }, { reference: demo, resources })),
      'Demo: prod-api: upgrade failed after 12 min · ELB.8905',
    );
    assert.match(endingWords(ended('COMPLETE', {}, { reference: demo })), /^Demo: UPGRADE 37d5c1fd completed after/);
  });

  it('have no id of 36 characters and no request id, and fit into two lines unless the message is long', () => {
    const texts = [undefined, resources].flatMap((each) =>
      [ended('FAIL', failedBatch, { resources: each }), ended('COMPLETE', {}, { resources: each })].map(endingWords),
    );
    for (const text of texts) {
      assert.doesNotMatch(text, /[0-9a-f-]{36}/);
      assert.ok(text.length < 165, text);
    }
    const long = { ...QUOTA, errorMessage: 'x'.repeat(5000) };
    const text = endingWords(ended('FAIL', { ...long, ...times, endTime: 30 * SECOND }, { resources }));
    assert.ok(text.length < 200, text);
  });
});

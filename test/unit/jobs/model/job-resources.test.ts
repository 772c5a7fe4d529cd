import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Job } from '../../../../src/cloud/api/job';
import { otherResourcesOf, subjectOf, worksOnAny } from '../../../../src/jobs/model/job-resources';
import { jobKey } from '../../../../src/jobs/model/job-reference';
import { newlyTracked } from '../../../../src/jobs/model/tracked-job';
import { readRow } from '../../../../src/jobs/store/segments/row-reader';
import { SharedTexts } from '../../../../src/jobs/store/segments/row-texts';
import { type Row, writeRow } from '../../../../src/jobs/store/segments/row-writer';
import { parseLine, rowLine } from '../../../../src/jobs/store/segments/segment-line';
import { namedResources, NO_NAMES } from '../../../support/named-resources';
import { jobAt, reference, subJobAt } from '../../../support/samples';

const part = (id: string, resourceType?: string) => ({ resourceId: id, entities: [{ resourceId: id, resourceType }] });

const batch = (...ids: string[]) =>
  jobAt('COMPLETE', {
    jobType: 'batchCreateV3Loadbalancer',
    subJobs: ids.map((id) => subJobAt(part(id, 'loadbalancer'))),
  });

describe('the resource that a job is named after', () => {
  it('is its own one, also if its sub-jobs have others', () => {
    const job = jobAt('RUNNING', { resourceId: 'lb', subJobs: [subJobAt(part('copy')), subJobAt(part('listener-1'))] });
    const resources = namedResources({ lb: 'prod-api', copy: 'prod-api-copy', 'listener-1': 'http' });
    const subject = subjectOf({ job, resources }) ?? assert.fail();
    assert.deepEqual(subject, { id: 'lb', name: 'prod-api' });
    assert.equal(otherResourcesOf({ job, resources }, subject), 0, 'the others are its parts');
  });

  it('of a batch is the first one with a known name, and all others are counted, whether or not their names are known', () => {
    const job = batch('unknown', 'a', 'b', 'a');
    const resources = namedResources({ a: 'web-1', b: '' });
    const subject = subjectOf({ job, resources }) ?? assert.fail();
    assert.equal(subject.name, 'web-1');
    assert.equal(otherResourcesOf({ job, resources }, subject), 2);
    const own = { ...job, resourceId: 'a' };
    assert.equal(
      otherResourcesOf({ job: own, resources }, { id: 'a', name: 'web-1' }),
      2,
      'its own one may be one of them',
    );
  });

  it('counts only others of its type', () => {
    const subJobs = [part('copy', 'loadbalancer'), part('listener-1', 'listener'), part('listener-2')].map(subJobAt);
    const job = jobAt('RUNNING', { resourceId: 'unknown', subJobs });
    const resources = namedResources({ copy: 'prod-api-copy', 'listener-2': 'https' });
    const subject = subjectOf({ job, resources }) ?? assert.fail();
    assert.equal(subject.name, 'prod-api-copy');
    assert.equal(otherResourcesOf({ job, resources }, subject), 0);
  });

  it('is not known without a response, without names, and if all names are empty', () => {
    assert.equal(subjectOf({ job: undefined, resources: namedResources({ lb: 'prod-api' }) }), undefined);
    for (const resources of [undefined, ...NO_NAMES, namedResources({ lb: '' }), namedResources({ other: 'x' })]) {
      assert.equal(subjectOf({ job: jobAt('RUNNING', { resourceId: 'lb' }), resources }), undefined);
    }
  });
});

describe('the resources of a job at rest', () => {
  const damaged: string[] = [];
  const reading = { texts: new SharedTexts(), onDamagedDetails: (key: string) => damaged.push(key) };

  function readBack(row: Row): Job {
    const key = jobKey(reference);
    const bytes = Buffer.from(rowLine(key, '', row));
    const line = parseLine(bytes) ?? assert.fail();
    return readRow(key, line, reading)?.job ?? assert.fail();
  }

  const id = fc.constantFrom('a', 'b', 'listener-1', 'with "quotes" \\ and \n lines', '', 'x'.repeat(100));
  const optionalId = fc.option(id, { nil: undefined });
  const subJob = fc.record({
    errorMessage: fc.string({ unit: fc.constantFrom('"', '\\', ',', 'a', '[') }).map((text) => `error ${text}`),
    resourceId: optionalId,
    entities: fc.array(
      fc.record({ resourceId: optionalId, resourceType: fc.constantFrom('loadbalancer', 'listener') }),
    ),
  });

  it('give it the same name and count as before it came to rest', () => {
    const resources = namedResources({ a: 'web-1', b: 'web-2', 'listener-1': 'http' });
    fc.assert(
      fc.property(optionalId, fc.array(subJob, { maxLength: 4 }), (resourceId, subJobs) => {
        const job = { ...jobAt('COMPLETE', { jobType: 'batchCreateV3Loadbalancer', subJobs }), resourceId };
        const atRest = readBack(writeRow({ ...newlyTracked(reference, 1), job }));
        const subject = subjectOf({ job, resources });
        assert.deepEqual(subjectOf({ job: atRest, resources }), subject);
        if (subject === undefined) return;
        assert.equal(
          otherResourcesOf({ job: atRest, resources }, subject),
          otherResourcesOf({ job, resources }, subject),
        );
        assert.ok(worksOnAny(atRest, new Set([subject.id])));
      }),
    );
    assert.deepEqual(damaged, []);
  });

  it('are found without decoding its sub-jobs', () => {
    const { head, details } = writeRow({ ...newlyTracked(reference, 1), job: batch('a', 'b') });
    // Decoding these would fail.
    const job = readBack({ head, details: details.replace(/\]$/, '') });
    assert.equal(subjectOf({ job, resources: namedResources({ b: 'web-2' }) })?.name, 'web-2');
    assert.ok(worksOnAny(job, new Set(['b'])));
    assert.ok(!worksOnAny(job, new Set(['c'])));
    assert.deepEqual(damaged, []);
  });
});

import assert from 'node:assert/strict';
import type { SubJob } from '../../../../src/cloud/api/job';
import { subJobMark, subJobName } from '../../../../src/ui/parts/sub-job-names';
import { namedResources, NO_NAMES } from '../../../support/named-resources';
import { jobAt, subJobAt } from '../../../support/samples';

const idOf = (start: string) => `${start}-0000-4000-8000-000000000000`;

describe('the names of sub-jobs', () => {
  const namesOf = (subJobs: readonly Partial<SubJob>[], names: Readonly<Record<string, string>> = {}) => {
    const job = jobAt('RUNNING', { subJobs: subJobs.map(subJobAt) });
    return [...job.subJobs].map((subJob) => subJobName({ job, resources: namedResources(names) }, subJob));
  };
  const alike = (...parts: readonly Partial<SubJob>[]) => parts.map((each) => ({ jobType: 'cloneListener', ...each }));

  it('are their types, if there is only one of each', () => {
    const parts = ['UPGRADE_INIT', 'UPGRADE_COMPLETE'].map((jobType) => ({ jobType, resourceId: 'lb' }));
    assert.deepEqual(namesOf(parts, { lb: 'prod-api' }), ['UPGRADE_INIT', 'UPGRADE_COMPLETE']);
    assert.deepEqual(namesOf([{}]), ['Job']);
  });

  it('have the names of their resources beside others of the same type', () => {
    const parts = alike({ resourceId: 'a' }, { entities: [{ resourceId: 'listener-1' }] }, { resourceId: 'c' });
    assert.deepEqual(
      namesOf([...parts, { jobType: 'cloneLoadbalancer' }], { a: 'http-80', 'listener-1': 'https-443' }),
      ['cloneListener · http-80', 'cloneListener · https-443', 'cloneListener · c', 'cloneLoadbalancer'],
    );
  });

  it('have short ids of their resources while no names are known, else of themselves', () => {
    const parts = [
      ...alike({ resourceId: idOf('11111111') }, { entities: [{ resourceId: idOf('22222222') }] }),
      ...alike({ jobId: idOf('33333333') }, {}),
    ];
    const job = jobAt('RUNNING', { subJobs: parts.map(subJobAt) });
    for (const resources of [undefined, ...NO_NAMES]) {
      const marks = [...job.subJobs].map((subJob) => subJobMark({ job, resources }, subJob));
      assert.deepEqual(marks, ['11111111', '22222222', '33333333', undefined]);
    }
  });

  it('differ although all work on the same resource, or on resources of one name', () => {
    const ofOne = alike(
      { resourceId: 'lb', jobId: idOf('11111111'), entities: [{ resourceId: 'x' }] },
      { resourceId: 'lb', jobId: idOf('22222222'), entities: [{ resourceId: 'y' }] },
      { resourceId: 'lb', jobId: idOf('33333333') },
    );
    assert.deepEqual(namesOf(ofOne, { lb: 'prod-api', x: 'http', y: 'https' }), [
      'cloneListener · http',
      'cloneListener · https',
      'cloneListener · prod-api · 33333333',
    ]);
    const sameNames = alike({ resourceId: idOf('aaaaaaaa') }, { resourceId: idOf('bbbbbbbb') });
    assert.deepEqual(namesOf(sameNames, { [idOf('aaaaaaaa')]: 'http', [idOf('bbbbbbbb')]: 'http' }), [
      'cloneListener · http · aaaaaaaa',
      'cloneListener · http · bbbbbbbb',
    ]);
  });

  it('follow the names that are known now', () => {
    const job = jobAt('RUNNING', { subJobs: alike({ resourceId: 'a' }, { resourceId: 'b' }).map(subJobAt) });
    const [first = assert.fail()] = job.subJobs;
    const markWith = (name: string) => subJobMark({ job, resources: namedResources({ a: name }) }, first);
    assert.deepEqual([markWith('old'), markWith('new')], ['old', 'new']);
  });
});

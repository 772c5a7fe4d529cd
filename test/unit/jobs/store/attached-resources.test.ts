import assert from 'node:assert/strict';
import { writeJobFile } from '../../../../src/jobs/files/job-file';
import type { JobChange } from '../../../../src/jobs/model/job-change';
import { type ProjectResources, resourceNameOf } from '../../../../src/jobs/model/project-resources';
import { newlyTracked, withoutSessionState } from '../../../../src/jobs/model/tracked-job';
import { JobList } from '../../../../src/jobs/store/job-list';
import { MemoryLog, reference } from '../../../support/samples';

const other = { ...reference, projectId: 'f'.repeat(32) };
const resources: ProjectResources = {
  byId: new Map([['lb', { type: 'loadbalancer', name: 'prod-api', seenAt: 1 }]]),
  quotas: new Map(),
  refused: new Set(),
};

describe('resources attached to jobs', () => {
  let list: JobList;
  let changes: JobChange[];

  beforeEach(() => {
    list = new JobList(new MemoryLog());
    changes = [];
    list.onDidChange((fired) => changes.push(...fired));
    list.put('a', newlyTracked(reference, 1));
    list.put('b', newlyTracked(other, 1));
  });

  it('reach the jobs of their project only, and change those that show them', () => {
    list.setResources(reference, resources, () => true);
    assert.equal(resourceNameOf(list.get('a') ?? {}, 'lb'), 'prod-api');
    assert.equal(list.get('b')?.resources, undefined);
    assert.deepEqual(
      changes.map(({ key, kinds }) => [key, kinds]),
      [['a', ['updated']]],
    );
  });

  it('reach jobs that are added or read again later', () => {
    list.setResources(reference, resources, () => false);
    list.put('c', newlyTracked(reference, 2));
    list.put('a', newlyTracked(reference, 3));
    assert.deepEqual(
      ['a', 'c'].map((key) => resourceNameOf(list.get(key) ?? {}, 'lb')),
      ['prod-api', 'prod-api'],
    );
    assert.deepEqual(changes, []);
  });

  it('are gone when they are turned off', () => {
    list.setResources(reference, resources, () => true);
    list.setResources(reference, undefined, () => true);
    assert.equal(list.get('a')?.resources, undefined);
    assert.equal(changes.length, 2);
  });

  it('are not saved with the job', () => {
    const tracked = { ...newlyTracked(reference, 1), resources };
    assert.deepEqual(withoutSessionState(tracked), newlyTracked(reference, 1));
    assert.equal(writeJobFile(tracked), writeJobFile(newlyTracked(reference, 1)));
  });
});

import assert from 'node:assert/strict';
import type { FollowedProject } from '../../../../src/jobs/discovery/followed-project';
import { readFollowedProject, writeFollowedProject } from '../../../../src/jobs/discovery/followed-project-file';
import { reference } from '../../../support/samples';

const { endpoint, projectId } = reference;

describe('the file of a followed project', () => {
  const project: FollowedProject = {
    endpoint,
    projectId,
    since: 1,
    listedAt: 2,
    notBefore: 3,
    dismissedJobs: [{ id: 'removed', begin: 4 }],
    refused: 'forbidden',
    listWantedAt: 5,
    focusedAt: 6,
  };

  it('has the field names of version 1, which older and newer windows read as well', () => {
    assert.deepEqual(JSON.parse(writeFollowedProject(project)), {
      version: 1,
      endpoint,
      projectId,
      since: 1,
      listedAt: 2,
      notBefore: 3,
      passedOver: [{ id: 'removed', begin: 4 }],
      refused: 'forbidden',
      lookWantedAt: 5,
      attendedAt: 6,
    });
  });

  it('is read as it was written, with and without optional fields', () => {
    const optional = { notBefore: undefined, refused: undefined, listWantedAt: undefined, focusedAt: undefined };
    for (const each of [project, { ...project, ...optional }]) {
      assert.deepEqual(readFollowedProject(writeFollowedProject(each)), { kind: 'ours', content: each });
    }
  });
});

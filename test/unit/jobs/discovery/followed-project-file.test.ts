import assert from 'node:assert/strict';
import { DAY } from '../../../../src/base/time-units';
import {
  type FollowedProject,
  newSince,
  withDismissed,
  withListed,
} from '../../../../src/jobs/discovery/followed-project';
import { readFollowedProject, writeFollowedProject } from '../../../../src/jobs/discovery/followed-project-file';
import { MAX_INSTANT } from '../../../../src/base/limits';
import { DAMAGED_FOLLOW_NUMBERS } from '../../../support/hostile/state-files';
import { newlyTracked } from '../../../../src/jobs/model/tracked-job';
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

  for (const { what, text } of DAMAGED_FOLLOW_NUMBERS.inputs) {
    it(`still finds new jobs, and none of long ago, whatever its numbers (${what})`, () => {
      const read = readFollowedProject(text);
      assert.ok(read.kind === 'ours');
      const { since, listedAt, notBefore, listWantedAt, focusedAt, dismissedJobs } = read.content;
      const times = [since, listedAt, notBefore, listWantedAt, focusedAt, ...dismissedJobs.map(({ begin }) => begin)];
      for (const time of times) {
        assert.ok(time === undefined || (Number.isInteger(time) && time >= 0 && time <= MAX_INSTANT), String(time));
      }
      const now = Date.UTC(2026, 1, 1);
      for (const project of [read.content, withListed(read.content, now, now, undefined)]) {
        const from = newSince(project, now);
        assert.ok(from <= now && from >= now - 31 * DAY, new Date(from).toISOString());
      }
    });
  }

  it('stays small, whatever ids the removed jobs had', () => {
    const ids = Array.from({ length: 5000 }, (_, index) => `${index}-${'x'.repeat(index % 2 === 0 ? 50 : 4000)}`);
    const jobs = ids.map((jobId) => newlyTracked({ ...reference, jobId }, 5));
    const text = writeFollowedProject(withDismissed({ ...project, notBefore: undefined }, jobs, Date.UTC(2026, 0, 1)));
    assert.ok(text.length < 200_000, String(text.length));
  });
});

import assert from 'node:assert/strict';
import { jobKey, parseJobId } from '../../../../src/jobs/model/job-reference';
import { reference } from '../../../support/samples';
import { isProjectId } from '../../../../src/base/id-patterns';

describe('job references', () => {
  it('find the id in a pasted text', () => {
    for (const text of [reference.jobId, `  ${reference.jobId}\n`, `"${reference.jobId}"`, ` '${reference.jobId}' `]) {
      assert.equal(parseJobId(text), reference.jobId, text);
    }
  });

  it('reject a text that could change the path of a request', () => {
    for (const text of ['', ' ', 'a b', 'a/b', '../x', 'a?b', 'a%2fb', '任务', 'a\nb', 'x'.repeat(65), '""']) {
      assert.equal(parseJobId(text), undefined, text);
    }
  });

  it('recognize project ids', () => {
    assert.ok(isProjectId(reference.projectId));
    for (const text of ['', 'short', reference.projectId.toUpperCase(), `${reference.projectId}0`, reference.jobId]) {
      assert.ok(!isProjectId(text), text);
    }
  });

  it('have different keys, which are safe in a file name', () => {
    const keys = [
      jobKey(reference),
      jobKey({ ...reference, jobId: 'other' }),
      jobKey({ ...reference, projectId: 'other' }),
      jobKey({ ...reference, endpoint: 'https://elb.example.com' }),
    ];
    assert.equal(new Set(keys).size, 4);
    for (const key of keys) assert.match(key, /^[0-9a-f]{32}$/);
  });
});

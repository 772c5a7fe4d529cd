import assert from 'node:assert/strict';
import { readTrackRequest } from '../../../src/mentions/track-request';

const JOB = '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8';
const OTHER = 'ef6da45b-35d9-4c18-8c35-0b80d94ab9e6';
const PROJECT = '7b7705dce1e847b08b3b16dda67fec24';

const read = (query: string, { path = '/track', fragment = '' } = {}) => readTrackRequest({ path, query, fragment });

describe('a URI that asks to track jobs', () => {
  it('names one job or several, and a project and a region to choose credentials by', () => {
    assert.deepEqual(read(`job_id=${JOB}`), {
      ok: true,
      request: { jobIds: [JOB], projectId: undefined, region: undefined },
    });
    assert.deepEqual(read(`job_id=${JOB}&job_id=${OTHER},${JOB}&project_id=${PROJECT}&region=cn-north-4`), {
      ok: true,
      request: { jobIds: [JOB, OTHER], projectId: PROJECT, region: 'cn-north-4' },
    });
  });

  it('is rejected with an endpoint, a key or any other parameter', () => {
    for (const name of ['endpoint', 'host', 'ak', 'sk', 'access_key', 'token', 'Job_Id', 'profile', '']) {
      assert.deepEqual(
        read(`job_id=${JOB}&${name}=x`),
        { ok: false, problem: 'unknown-parameter', parameter: name },
        name,
      );
    }
    assert.equal(read(`job_id=${JOB}`, { fragment: 'endpoint=x' }).ok, false);
  });

  it('is rejected with an invalid id, project or region', () => {
    const problems = (query: string, options?: { path: string }) => {
      const reading = read(query, options);
      return reading.ok ? 'none' : reading.problem;
    };
    assert.equal(problems(''), 'no-job');
    assert.equal(problems('job_id='), 'no-job');
    for (const id of ['../../x', 'a b', 'x'.repeat(65), '%2e%2e', JOB + '\n', '${x}']) {
      assert.equal(problems(`job_id=${encodeURIComponent(id)}`), 'bad-job', id);
    }
    assert.equal(problems(Array.from({ length: 21 }, (_, at) => `job_id=job-${at}`).join('&')), 'too-many');
    assert.equal(problems(`job_id=${'x,'.repeat(5000)}`), 'too-many');
    assert.equal(problems(`job_id=${JOB}&project_id=evil`), 'bad-place');
    assert.equal(problems(`job_id=${JOB}&region=https://evil.example`), 'bad-place');
    assert.equal(problems(`job_id=${JOB}&region=cn-north-4&region=cn-east-3`), 'bad-place');
    assert.equal(problems(`job_id=${JOB}`, { path: '/sign-in' }), 'unknown-path');
  });
});

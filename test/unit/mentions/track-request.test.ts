import assert from 'node:assert/strict';
import { readTrackRequest } from '../../../src/mentions/track-request';
import { TRACK_URIS } from '../../support/hostile/track-uris';

const JOB = '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8';
const OTHER = 'ef6da45b-35d9-4c18-8c35-0b80d94ab9e6';
const PROJECT = '7b7705dce1e847b08b3b16dda67fec24';

interface Rest {
  readonly path?: string | undefined;
  readonly fragment?: string | undefined;
}

const read = (query: string, { path = '/track', fragment = '' }: Rest = {}) =>
  readTrackRequest({ path, query, fragment });

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

  for (const { query, path, fragment, problem } of TRACK_URIS.inputs) {
    const uri = `${path ?? '/track'}?${query.slice(0, 100)}${fragment === undefined ? '' : `#${fragment}`}`;
    it(`is refused as ${problem}: ${JSON.stringify(uri)}`, () => {
      const reading = read(query, { path, fragment });
      assert.equal(reading.ok ? 'none' : reading.problem, problem);
    });
  }

  it('is refused with the name of the parameter that is not allowed', () => {
    for (const name of ['endpoint', 'sk', 'Job_Id', '']) {
      assert.deepEqual(
        read(`job_id=${JOB}&${name}=x`),
        { ok: false, problem: 'unknown-parameter', parameter: name },
        name,
      );
    }
  });
});

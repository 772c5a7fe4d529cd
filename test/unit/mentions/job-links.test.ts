import assert from 'node:assert/strict';
import fc from 'fast-check';
import { jobLinksIn, mentionText } from '../../../src/mentions/job-links';
import { jobsIn } from '../../../src/mentions/job-mentions';
import example from '../../fixtures/show-job-example.json';
import { assertLinearCost } from '../../support/linear-cost';

const NORTH = 'https://elb.cn-north-4.myhuaweicloud.com';
const PROJECT = '7b7705dce1e847b08b3b16dda67fec24';
const JOB = '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8';
const OTHER = 'ef6da45b-35d9-4c18-8c35-0b80d94ab9e6';

const linked = (text: string) => jobLinksIn(text, 1000).map(({ start, end }) => text.slice(start, end));

describe('job links', () => {
  it('are ids with a name, as JSON, Terraform, YAML and command lines print them', () => {
    for (const text of [
      `{"job_id": "${JOB}"}`,
      `{"job_id":"${JOB}","request_id":"${OTHER}"}`,
      `{\\"job_id\\": \\"${JOB}\\"}`,
      `job_id = "${JOB}"`,
      `  + job_id      = "${JOB}"`,
      `job_id: ${JOB}`,
      `- jobId: '${JOB}'`,
      `| job_id     | ${JOB} |`,
      `\u001b[32mjob_id\u001b[0m job-id=${JOB.toUpperCase()}`,
    ]) {
      assert.deepEqual(
        linked(text).map((id) => id.toLowerCase()),
        [JOB],
        text,
      );
    }
  });

  it('are neither other ids nor ids of sub-jobs', () => {
    for (const text of [
      JOB,
      `"request_id": "${JOB}"`,
      `"sub_job_id": "${JOB}"`,
      '"job_id": "build-1234567890abcdef"',
      'job_id = var.job_id',
      `"sub_jobs": [{"job_id": "${JOB}"}]`,
      `"job_id": "${JOB}-more"`,
    ]) {
      assert.deepEqual(linked(text), [], text);
    }
    assert.deepEqual(linked(JSON.stringify(example, undefined, 2)), [example.job.job_id]);
  });

  it('include the endpoint and project that the text around them names', () => {
    const text = `POST ${NORTH}/v3/${PROJECT}/elb/loadbalancers/${OTHER}/clone\n{"job_id": "${JOB}"}`;
    const mention = { jobId: JOB, endpoint: NORTH, region: 'cn-north-4', projectId: PROJECT };
    assert.deepEqual(
      jobLinksIn(text, 10).map((link) => link.mention),
      [mention],
    );
  });

  it('give a text that names just this job, with what is known about it', () => {
    const maybe = <T>(value: T) => fc.constantFrom(value, undefined);
    const endpoint = fc.constantFrom(NORTH, 'https://elb.corp.example:8443', undefined);
    fc.assert(
      fc.property(fc.uuid(), endpoint, maybe(PROJECT), (jobId, place, projectId) => {
        const text = mentionText({ jobId, endpoint: place, projectId });
        const [mention, ...others] = jobsIn(text).mentions;
        assert.deepEqual([mention?.jobId, mention?.endpoint, mention?.projectId], [jobId, place, projectId], text);
        assert.equal(others.length, 0);
      }),
    );
  });

  it('are found in time proportional to the text, whatever the text', () => {
    for (const part of ['job_id', 'job_id: ', 'job_id"', 'job_id = "0', '- ', `"job_id": "${JOB}",\n`, 'job_id\n'])
      assertLinearCost(1_000_000, (size) => jobLinksIn(part.repeat(size / part.length), 1000), part);
  });
});

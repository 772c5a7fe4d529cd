import assert from 'node:assert/strict';
import { NAME_ROLES, roleOfName } from '../../../src/mentions/name-roles';
import { scanForJobs } from '../../../src/mentions/scanner';

describe('the roles of names in a text', () => {
  for (const { role, meaning, example } of NAME_ROLES) {
    it(`finds the jobs of the example of "${role}": ${meaning}`, () => {
      const { text, jobIds, projectId, endpoint, hasSubJobs = false } = example;
      assert.ok(
        text.split(/[^\w.-]+/).some((word) => roleOfName(word) === role),
        `no name of the role "${role}" in: ${text}`,
      );
      assert.deepEqual(scanForJobs(text, 10), {
        found: jobIds.map((jobId) => ({ jobId, endpoint, projectId })),
        hasSubJobs,
        hasMore: false,
      });
    });
  }

  it('has each role once', () => {
    const roles = NAME_ROLES.map(({ role }) => role);
    assert.equal(new Set(roles).size, roles.length);
  });

  it('gives a name one role, however it is written', () => {
    for (const [name, role] of [
      ['job_id', 'job-id'],
      ['jobId', 'job-id'],
      ['Job-ID', 'job-id'],
      ['clone_job_id', 'job-id'],
      ['SubJobId', 'sub-job-id'],
      ['sub_jobs.0.job_id', 'sub-job-id'],
      ['sub_jobs', 'sub-jobs'],
      ['job_ids', 'job-ids'],
      ['JOBS', 'job-ids'],
      ['tenant_id', 'project-id'],
      ['enterprise_project_id', 'project-id'],
      ['cli-region', 'region'],
      ['RegionId', 'region'],
      ['X-Request-Id', 'request-id'],
    ] as const) {
      assert.equal(roleOfName(name), role, name);
    }
  });

  it('gives other names no role', () => {
    for (const name of ['id', 'loadbalancer_id', 'jobs_id_list', 'job_type', 'ELB.8905', 'regions', 'message']) {
      assert.equal(roleOfName(name), undefined, name);
    }
  });
});

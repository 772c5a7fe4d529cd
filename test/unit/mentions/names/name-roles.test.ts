import assert from 'node:assert/strict';
import { type NameRole, roleOfName } from '../../../../src/mentions/names/name-roles';
import { inOneGo, Slices } from '../../../../src/base/work/slices';
import { scanForJobs } from '../../../../src/mentions/scanner';

const JOB = '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8';
const OTHER = 'ef6da45b-35d9-4c18-8c35-0b80d94ab9e6';
const PROJECT = '7b7705dce1e847b08b3b16dda67fec24';
const NORTH = 'https://elb.cn-north-4.myhuaweicloud.com';

/** A text with a name of the role, and the jobs that a scan finds in it. */
interface RoleExample {
  readonly text: string;
  readonly jobIds: readonly string[];
  readonly projectId?: string;
  readonly endpoint?: string;
  readonly regionHint?: string;
  readonly hasSubJobs?: boolean;
}

const EXAMPLES: Readonly<Record<NameRole, RoleExample>> = {
  'error-message': { text: `{"error_msg": "job_id: ${OTHER} [", "job_id": "${JOB}"}`, jobIds: [JOB] },
  'sub-jobs': { text: `{"sub_jobs": [{"job_id": "${OTHER}"}], "job_id": "${JOB}"}`, jobIds: [JOB], hasSubJobs: true },
  'member-check': { text: `{"member_check": {"job_id": "${OTHER}"}, "job_id": "${JOB}"}`, jobIds: [JOB] },
  'sub-job-id': { text: `sub_job_id: ${OTHER}`, jobIds: [], hasSubJobs: true },
  'job-id': { text: `clone_job_id = "${JOB}"`, jobIds: [JOB] },
  'job-ids': { text: `jobs: [${JOB}, ${OTHER}]`, jobIds: [JOB, OTHER] },
  job: { text: `The job ${JOB} has failed.`, jobIds: [JOB] },
  'request-id': { text: `job_id: ${JOB}\nrequest_id: ${OTHER}`, jobIds: [JOB] },
  'project-id': { text: `project_id=${PROJECT} job_id=${JOB}`, jobIds: [JOB], projectId: PROJECT },
  project: { text: `Project ID: ${PROJECT}, job ID: ${JOB}`, jobIds: [JOB], projectId: PROJECT },
  'cli-region': { text: `--cli-region=cn-north-4 --job_id=${JOB}`, jobIds: [JOB], endpoint: NORTH },
  region: { text: `region = "cn-north-4"\njob_id = "${JOB}"`, jobIds: [JOB], regionHint: 'cn-north-4' },
  'sub-job': { text: `SubJob{JobId:"${OTHER}"} JobId:"${JOB}"`, jobIds: [JOB], hasSubJobs: true },
  'service-type': { text: `[{"job_id":"${OTHER}","service_type":"ECS"},{"job_id":"${JOB}"}]`, jobIds: [JOB] },
  host: {
    text: `GET /v3/x/elb/jobs/${JOB}\nHost: elb.example.com`,
    jobIds: [JOB],
    endpoint: 'https://elb.example.com',
  },
  command: { text: `hcloud ELB ShowJob --job_id=${JOB}\nhcloud ECS ShowJob --job_id=${OTHER}`, jobIds: [JOB] },
  code: { text: `client.elb.show_job(job_id="${JOB}")\nclient.ecs.show_job(job_id="${OTHER}")`, jobIds: [JOB] },
  'service-host': { text: `job_id: ${JOB}\nhttps://ecs.cn-north-4.myhuaweicloud.com\njob_id: ${OTHER}`, jobIds: [JOB] },
  'elb-host': { text: `Host: elb.cn-north-4.myhuaweicloud.com\njob_id: ${JOB}`, jobIds: [JOB], endpoint: NORTH },
};

describe('the roles of names in a text', () => {
  for (const [role, example] of Object.entries(EXAMPLES)) {
    it(`finds the jobs in the example of "${role}"`, () => {
      const { text, jobIds, projectId, endpoint, regionHint, hasSubJobs = false } = example;
      assert.ok(
        text.split(/[^\w.-]+/).some((word) => roleOfName(word) === role),
        `no name of the role "${role}" in: ${text}`,
      );
      const scan = inOneGo(scanForJobs({ text, lineStarts: [] }, 10, new Slices()));
      assert.deepEqual(
        scan.found.map((job) => [job.jobId, job.endpoint, job.projectId, job.regionHint]),
        jobIds.map((jobId) => [jobId, endpoint, projectId, regionHint]),
      );
      assert.deepEqual([scan.hasSubJobs, scan.hasMore], [hasSubJobs, false]);
    });
  }

  it('gives a name one role, however it is written', () => {
    for (const [name, role] of [
      ['job_id', 'job-id'],
      ['jobId', 'job-id'],
      ['Job-ID', 'job-id'],
      ['clone_job_id', 'job-id'],
      ['SubJobId', 'sub-job-id'],
      ['sub_jobs.0.job_id', 'sub-job-id'],
      ['sub_jobs', 'sub-jobs'],
      ['childJobs', 'sub-jobs'],
      ['subtasks', 'sub-jobs'],
      ['sub_job_ids', 'sub-job-id'],
      ['sub_job_uuid', 'sub-job-id'],
      ['job.id', 'job-id'],
      ['job_uuid', 'job-id'],
      ['project', 'project'],
      ['job_ids', 'job-ids'],
      ['JOBS', 'job-ids'],
      ['tenant_id', 'project-id'],
      ['cli-region', 'cli-region'],
      ['RegionId', 'region'],
      ['X-Request-Id', 'request-id'],
    ] as const) {
      assert.equal(roleOfName(name), role, name);
    }
  });

  it('gives other names no role', () => {
    for (const name of [
      'id',
      'loadbalancer_id',
      'jobs_id_list',
      'job_type',
      'ELB.8905',
      'regions',
      'message',
      'enterprise_project_id',
    ]) {
      assert.equal(roleOfName(name), undefined, name);
    }
  });
});

/** Which names in a text give the id or the place of a job, each role with an example. */

export type NameRole =
  | 'error-message'
  | 'sub-jobs'
  | 'member-check'
  | 'sub-job-id'
  | 'job-id'
  | 'job-ids'
  | 'job'
  | 'request-id'
  | 'project-id'
  | 'region'
  | 'elb-host';

interface RoleOfNames {
  readonly role: NameRole;
  readonly meaning: string;
  /**
   * Whether a name has this role.
   * @param name lower-case, without `_` and `-`: `jobid` for `job_id`, `jobId` and `Job-ID`.
   * @param word the name as the text has it.
   */
  readonly matches: (name: string, word: string) => boolean;
  readonly example: RoleExample;
}

/** A text with a name of the role, and the jobs that a scan finds in it. */
interface RoleExample {
  readonly text: string;
  readonly jobIds: readonly string[];
  readonly projectId?: string;
  readonly endpoint?: string;
  readonly hasSubJobs?: boolean;
}

const JOB = '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8';
const OTHER = 'ef6da45b-35d9-4c18-8c35-0b80d94ab9e6';
const PROJECT = '7b7705dce1e847b08b3b16dda67fec24';
const NORTH = 'https://elb.cn-north-4.myhuaweicloud.com';

/** The first role that matches a name is its role. */
export const NAME_ROLES: readonly RoleOfNames[] = [
  {
    role: 'error-message',
    meaning: 'A quoted message, which may contain any names and brackets: skipped.',
    matches: (name) => name === 'errormsg',
    example: { text: `{"error_msg": "job_id: ${OTHER} [", "job_id": "${JOB}"}`, jobIds: [JOB] },
  },
  {
    role: 'sub-jobs',
    meaning: 'A block of sub-jobs, which ShowJob does not find by their ids.',
    matches: (name) => name.endsWith('subjobs'),
    example: { text: `{"sub_jobs": [{"job_id": "${OTHER}"}], "job_id": "${JOB}"}`, jobIds: [JOB], hasSubJobs: true },
  },
  {
    role: 'member-check',
    meaning: 'A block of the member check API, whose job ids ShowJob does not find.',
    matches: (name) => name.endsWith('membercheck'),
    example: { text: `{"member_check": {"job_id": "${OTHER}"}, "job_id": "${JOB}"}`, jobIds: [JOB] },
  },
  {
    role: 'sub-job-id',
    meaning: 'The id of a sub-job.',
    matches: (name) => name.endsWith('jobid') && name.includes('subjob'),
    example: { text: `sub_job_id: ${OTHER}`, jobIds: [], hasSubJobs: true },
  },
  {
    role: 'job-id',
    meaning: 'The id of a job, in any form if the value is assigned.',
    matches: (name) => name.endsWith('jobid'),
    example: { text: `clone_job_id = "${JOB}"`, jobIds: [JOB] },
  },
  {
    role: 'job-ids',
    meaning: 'A list of job ids.',
    matches: (name) => name.endsWith('jobids') || name === 'jobs',
    example: { text: `jobs: [${JOB}, ${OTHER}]`, jobIds: [JOB, OTHER] },
  },
  {
    role: 'job',
    meaning: "ShowJob's object, or in prose the word before an id or a list of ids.",
    matches: (name) => name === 'job',
    example: { text: `The job ${JOB} has failed.`, jobIds: [JOB] },
  },
  {
    role: 'request-id',
    meaning: 'The id of an API request, which is never a job.',
    matches: (name) => name.endsWith('requestid'),
    example: { text: `job_id: ${JOB}\nrequest_id: ${OTHER}`, jobIds: [JOB] },
  },
  {
    role: 'project-id',
    meaning: 'The project of the jobs in the same object or line.',
    matches: (name) => name.endsWith('projectid') || name.endsWith('tenantid'),
    example: { text: `project_id=${PROJECT} job_id=${JOB}`, jobIds: [JOB], projectId: PROJECT },
  },
  {
    role: 'region',
    meaning: 'The region of the jobs, if the text names one endpoint only.',
    matches: (name) => name.endsWith('region') || name.endsWith('regionid'),
    example: { text: `--cli-region=cn-north-4 --job_id=${JOB}`, jobIds: [JOB], endpoint: NORTH },
  },
  {
    role: 'elb-host',
    meaning: 'The host of an ELB endpoint, by its own name.',
    matches: (_, word) => word.startsWith('elb.'),
    example: { text: `Host: elb.cn-north-4.myhuaweicloud.com\njob_id: ${JOB}`, jobIds: [JOB], endpoint: NORTH },
  },
];

/** @returns the role of a name; undefined for names and words that say nothing about jobs. */
export function roleOfName(word: string): NameRole | undefined {
  const name = word.replace(/[_-]/g, '').toLowerCase();
  // A loop rather than find(): this runs for every word of a text.
  for (const row of NAME_ROLES) if (row.matches(name, word)) return row.role;
  return undefined;
}

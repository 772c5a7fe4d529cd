/** Which names in a text give the id or the place of a job. */

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
  /**
   * Whether a name has this role.
   * @param name lower-case, without `_` and `-`: `jobid` for `job_id`, `jobId` and `Job-ID`.
   * @param word the name as the text has it.
   */
  readonly matches: (name: string, word: string) => boolean;
}

/** The first role that matches a name is its role. */
const NAME_ROLES: readonly RoleOfNames[] = [
  // A quoted message, which may contain any names and brackets: skipped: `"error_msg": "…"`.
  { role: 'error-message', matches: (name) => name === 'errormsg' },
  // A block of sub-jobs, which ShowJob does not find by their ids: `"sub_jobs": [`.
  { role: 'sub-jobs', matches: (name) => name.endsWith('subjobs') },
  // A block of the member check API, whose job ids ShowJob does not find: `"member_check": {`.
  { role: 'member-check', matches: (name) => name.endsWith('membercheck') },
  // The id of a sub-job: `"sub_job_id": "…"`.
  { role: 'sub-job-id', matches: (name) => name.endsWith('jobid') && name.includes('subjob') },
  // The id of a job, in any form if the value is assigned: `job_id=…`.
  { role: 'job-id', matches: (name) => name.endsWith('jobid') },
  // A list of job ids: `"job_ids": ["…"]`.
  { role: 'job-ids', matches: (name) => name.endsWith('jobids') || name === 'jobs' },
  // ShowJob's object, or in prose the word before an id or a list of ids: `"job": {`, `job 37d5…`.
  { role: 'job', matches: (name) => name === 'job' },
  // The id of an API request, which is never a job: `"request_id": "…"`.
  { role: 'request-id', matches: (name) => name.endsWith('requestid') },
  // The project of the jobs in the same object or line: `"project_id": "…"`.
  { role: 'project-id', matches: (name) => name.endsWith('projectid') || name.endsWith('tenantid') },
  // The region of the jobs, if the text names one endpoint only: `region: cn-north-4`.
  { role: 'region', matches: (name) => name.endsWith('region') || name.endsWith('regionid') },
  // The host of an ELB endpoint, by its own name: `elb.cn-north-4.myhuaweicloud.com`.
  { role: 'elb-host', matches: (_, word) => word.startsWith('elb.') },
];

/** @returns the role of a name; undefined for names and words that say nothing about jobs. */
export function roleOfName(word: string): NameRole | undefined {
  const name = word.replace(/[_-]/g, '').toLowerCase();
  // A loop rather than find(): this runs for every word of a text.
  for (const row of NAME_ROLES) if (row.matches(name, word)) return row.role;
  return undefined;
}

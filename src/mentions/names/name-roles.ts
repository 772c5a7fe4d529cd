/** Which names in a text give the id or the place of a job. */
import { serviceOfCode, serviceOfHost } from './services';

export type NameRole =
  | 'error-message'
  | 'sub-jobs'
  | 'sub-job'
  | 'member-check'
  | 'sub-job-id'
  | 'job-id'
  | 'job-ids'
  | 'job'
  | 'project'
  | 'request-id'
  | 'project-id'
  | 'cli-region'
  | 'region'
  | 'service-type'
  | 'host'
  | 'command'
  | 'code'
  | 'elb-host'
  | 'service-host';

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
  { role: 'sub-jobs', matches: (name) => /(?:sub|child)(?:jobs|tasks)$/.test(name) },
  // A block of the member check API, whose job ids ShowJob does not find: `"member_check": {`.
  { role: 'member-check', matches: (name) => name.endsWith('membercheck') },
  // The id of a sub-job, or a list of such: `"sub_job_id": "…"`.
  {
    role: 'sub-job-id',
    matches: (name) => /(?:sub|child)(?:job.{0,40}job(?:uu)?ids?|(?:job|task)\.?(?:uu)?ids?)$/.test(name),
  },
  // A sub-job, as the name of a type or in prose: `SubJob{`, `sub-job 37d5…`.
  { role: 'sub-job', matches: (name) => /(?:sub|child)(?:job|task)$/.test(name) },
  // The id of a job, in any form if the value is assigned: `job_id=…`.
  { role: 'job-id', matches: (name) => /job\.?(?:uu)?id$/.test(name) },
  // A list of job ids: `"job_ids": ["…"]`.
  { role: 'job-ids', matches: (name) => name.endsWith('jobids') || name === 'jobs' },
  // ShowJob's object, or in prose the word before an id or a list of ids: `"job": {`, `job 37d5…`.
  { role: 'job', matches: (name) => name === 'job' },
  // The id of an API request, which is never a job: `"request_id": "…"`.
  { role: 'request-id', matches: (name) => name.endsWith('requestid') },
  // The project of the jobs in the same object or line: `"project_id": "…"`.
  {
    role: 'project-id',
    matches: (name) => (name.endsWith('projectid') && !name.includes('enterprise')) || name.endsWith('tenantid'),
  },
  // A project in prose: `Project ID: …`.
  { role: 'project', matches: (name) => name === 'project' || name === 'tenant' },
  // The region of a command of KooCLI: `--cli-region=cn-north-4`.
  { role: 'cli-region', matches: (name) => name === 'cliregion' },
  // The region of anything, e.g. of the state of Terraform, in any cloud: `region = "cn-north-4"`.
  { role: 'region', matches: (name) => name.endsWith('region') || name.endsWith('regionid') },
  // The service of the job in the same object or line: `"service_type": "ECS"`.
  { role: 'service-type', matches: (name) => name === 'servicetype' },
  // The host of a request: `Host: elb.cn-north-4.myhuaweicloud.com`, `:authority: …`.
  { role: 'host', matches: (name) => name === 'host' || name === 'authority' },
  // A command of KooCLI, with the service: `hcloud ECS ShowJob`.
  { role: 'command', matches: (name) => name === 'hcloud' },
  // A package of an SDK, or a call of one, with the service: `huaweicloudsdkecs.v2`, `client.ecs.show_job(`.
  { role: 'code', matches: (_, word) => serviceOfCode(word) !== undefined },
  // The host of an ELB endpoint, by its own name: `elb.cn-north-4.myhuaweicloud.com`.
  { role: 'elb-host', matches: (_, word) => word.startsWith('elb.') },
  // The host of another service: `ecs.cn-north-4.myhuaweicloud.com`.
  { role: 'service-host', matches: (_, word) => word.includes('.') && serviceOfHost(word) !== undefined },
];

/** Longer words are not names of fields. */
const MAX_NAME_LENGTH = 100;
/** The last two letters of the names in the table, without `_` and `-`. */
const ENDINGS = new Set(
  [
    'sg',
    'bs',
    'ck',
    'id',
    'ds',
    'ob',
    'sk',
    'ks',
    'ct',
    'nt',
    'on',
    'pe',
    'st',
    'ty',
    'ud',
    'om',
    'eu',
    'ru',
    'cn',
  ].map((pair) => letters(pair, 0, 1)),
);

/** What names begin with that may end in any way. */
const STARTS = ['elb.', 'huaweicloudsdk'];

/** Returns whether a word may have a role: a quick check, which most words of a text fail. */
export function mayHaveRole(text: string, start: number, end: number): boolean {
  if (end - start > MAX_NAME_LENGTH) return false;
  const last = lastLetter(text, start, end);
  return (
    ENDINGS.has(letters(text, lastLetter(text, start, last), last)) ||
    STARTS.some((each) => text.startsWith(each, start))
  );
}

/** @returns the position of the last letter before `end`; `start - 1` if there is none. */
function lastLetter(text: string, start: number, end: number): number {
  let at = end - 1;
  while (at >= start && isJoiner(text.charCodeAt(at))) at -= 1;
  return at;
}

/** Whether the character is `_` or `-`. */
function isJoiner(code: number): boolean {
  return code === 0x5f || code === 0x2d;
}

/** @returns a number for two ASCII letters, the same in upper and lower case. */
function letters(text: string, first: number, second: number): number {
  return ((text.charCodeAt(first) | 0x20) << 8) | text.charCodeAt(second) | 0x20;
}

/** @returns the role of a name; undefined for names and words that say nothing about jobs. */
export function roleOfName(word: string): NameRole | undefined {
  const name = (/[_-]/.test(word) ? word.replace(/[_-]/g, '') : word).toLowerCase();
  // A loop rather than find(): this runs for every word of a text.
  for (const row of NAME_ROLES) if (row.matches(name, word)) return row.role;
  return undefined;
}

/** Words whose role is remembered. */
const MAX_KNOWN_WORDS = 1000;

/** The roles of the words of one text, in which few names are repeated again and again. */
export class KnownRoles {
  private readonly roles = new Map<string, NameRole | 'none'>();

  of(word: string): NameRole | undefined {
    let role = this.roles.get(word);
    if (role === undefined) {
      role = roleOfName(word) ?? 'none';
      if (this.roles.size < MAX_KNOWN_WORDS) this.roles.set(word, role);
    }
    return role === 'none' ? undefined : role;
  }
}

/** Fuzzes texts whose ids have known labels: no id is tracked that the text does not have, or has as something else. */
import assert from 'node:assert/strict';
import { jobsIn } from '../../../src/mentions/job-mentions';
import type { SeededRandom } from '../seeded-random';
import type { Fuzzer } from './fuzzer';
import { Mutator } from './mutator';

const PROJECT = '7b7705dce1e847b08b3b16dda67fec24';
const NORTH = 'https://elb.cn-north-4.myhuaweicloud.com';
const NOTHING_STORED = { storedBytes: 0 };

interface LabelledText {
  readonly text: string;
  /** Ids that the text names as something else than jobs of ELB. */
  readonly others: readonly string[];
}

type Part = (random: SeededRandom) => LabelledText;

/** Names that give the id of something else. */
const OTHER_NAMES = [
  'request_id',
  'X-Request-Id',
  'sub_job_id',
  'loadbalancer_id',
  'resource_id',
  'listener_id',
  'vpcId',
];
const JOB_NAMES = ['job_id', 'jobId', 'JobID', 'Job ID', 'job-id', 'clone_job_id', '任务ID', 'job', '任务'];
const BRACKETS = [...['()', '[]', '{}', '<>', '""', "''", '``', '“”', '‘’', '（）', '【】', '「」'], '# ', '  '];

function uuid(random: SeededRandom): string {
  const digits = (count: number) => Array.from({ length: count }, () => random.between(0, 15).toString(16)).join('');
  return [8, 4, 4, 4, 12].map(digits).join('-');
}

function value(random: SeededRandom, id: string): string {
  const pair = random.pick(BRACKETS);
  return random.chance(0.5) ? id : `${pair.charAt(0)}${id}${pair.charAt(1)}`;
}

const assigned = (random: SeededRandom, name: string, id: string) =>
  `${name}${random.pick([': ', '=', ' = ', ' => ', '：', ' '])}${value(random, id)}`;

/** How programs flatten a response. */
function subJobPath(random: SeededRandom): string {
  const prefix = random.pick(['', 'job.', 'data.response.job.', '$.job.', '.']);
  const index = random.between(0, 120);
  return `${prefix}${random.pick([
    `sub_jobs[${index}].job_id`,
    `sub_jobs.${index}.job_id`,
    `subJobs[${index}].jobId`,
    `sub_jobs[${index}]["job_id"]`,
    `["sub_jobs"][${index}]["job_id"]`,
    `sub_jobs/${index}/job_id`,
    `sub_jobs[${index}]->job_id`,
  ])}`;
}

const PARTS: readonly Part[] = [
  (random) => ({ text: assigned(random, random.pick(JOB_NAMES), uuid(random)), others: [] }),
  (random) => {
    const id = uuid(random);
    return { text: assigned(random, random.pick(OTHER_NAMES), id), others: [id] };
  },
  (random) => {
    const [job, request, sub] = [uuid(random), uuid(random), uuid(random)];
    const body = { job_id: job, request_id: request, sub_jobs: [{ job_id: sub, status: 'INIT' }] };
    return { text: JSON.stringify(body, null, random.pick([0, 2])), others: [request, sub] };
  },
  (random) => {
    const rows = Array.from({ length: random.between(1, 3) }, () => [uuid(random), uuid(random)] as const);
    const separator = random.pick([' | ', ',', '\t', ';']);
    const heading = random.pick(['lb_id', 'request_id', 'sub_job_id']);
    const lines = [[heading, 'job_id'], ...rows].map((cells) => cells.join(separator));
    return { text: `${lines.join('\n')}\n`, others: rows.map(([other]) => other) };
  },
  (random) => {
    const id = uuid(random);
    const service = random.pick(['ecs', 'cce', 'rds', 'evs']);
    const path = random.pick([`/v1/${PROJECT}/jobs/${id}`, `/v1/${PROJECT}/x\n{"job_id":"${id}"}`]);
    return { text: `GET https://${service}.cn-north-4.myhuaweicloud.com${path}`, others: [id] };
  },
  (random) => ({ text: `GET ${NORTH}/v3/${PROJECT}/elb/jobs/${uuid(random)}`, others: [] }),
  (random) => {
    const id = uuid(random);
    const named = random.pick([
      `SubJobs:[]jobs.SubJob{jobs.SubJob{Status:"INIT", JobId:"${id}"}}`,
      `${subJobPath(random)} = "${id}"`,
      `<sub_jobs><sub_job><job_id>${id}</job_id></sub_job></sub_jobs>`,
      `"sub_jobs" = tolist([\n  {\n    "job_id" = "${id}"\n  },\n])`,
      `sub-job ${id}`,
      `${NORTH}/v3/${PROJECT}/elb/loadbalancers/${id}`,
      `{"job_id":"${id}","service_type":"EVS"}`,
    ]);
    return { text: named, others: [id] };
  },
];

const ENCODINGS: readonly ((text: string) => string)[] = [
  ...Array.from({ length: 4 }, () => (text: string) => text),
  (text) => text.replaceAll('"', '&quot;'),
  (text) => text.replaceAll('"', '\\"'),
  (text) => JSON.stringify(text),
  (text) => text.replaceAll('"', '\\u0022'),
  (text) => text.replaceAll('"', '%22'),
  (text) => text.replace(/"([\w-]*)"/g, '“$1”'),
  (text) => text.replaceAll('\n', '\r\n'),
];
const MARGINS = ['', '', '│ ', '> ', '| ', '# ', '    '];

function labelledText(random: SeededRandom): LabelledText {
  const parts = Array.from({ length: random.between(1, 4) }, () => random.pick(PARTS)(random));
  const encoded = random.pick(ENCODINGS)(parts.map(({ text }) => text).join(random.pick(['\n', '\n\n', '\n---\n'])));
  return { text: wrapped(random, encoded), others: parts.flatMap(({ others }) => others) };
}

/** Breaks lines at a width, as a terminal does, with a margin. */
function wrapped(random: SeededRandom, text: string): string {
  const margin = random.pick(MARGINS);
  if (random.chance(0.5)) return text;
  const width = random.between(20, 100);
  const lines = text.split('\n').flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'gu')) ?? ['']);
  return lines.map((line) => `${margin}${line}`).join('\n');
}

/** Formatting of HTML, which a copied text may have also in a word. */
const TAG = /<\/?[a-z]{1,6}>/gi;
/** With the backslashes before it and the margin after it. */
const LINE_BREAK = /(?:(?:\r|\\r|\\){0,8}(?:\n|\\{1,8}n|%(?:25){0,8}0A)|\r)(?:[\s│┃║|>#╎┆*]|\/\/)*/g;
/** A line break before a bracket begins none. */
const COLOUR = /(?!\s)\p{Cc}\[[\d;]*[@-~]/gu;
/** The same without its first character, as some programs copy it. */
const SHOWN_COLOUR = /\[\d{1,3}(?:;\d{1,3}){0,8}m/g;
const INVISIBLE = /\p{Cf}/gu;
/** Markdown has a backslash before an underscore; other programs may escape that, too. */
const MARKDOWN_ESCAPE = /\\+(?=_)/g;
/** The right border of a box, with the blanks before it, if the next line has the left one. */
const RIGHT_BORDER = /[^\S\n]{0,120}([│┃║|])(?=(?:\r|\\r|\\){0,8}(?:\n|\\{1,8}n|%(?:25){0,8}0A)[^\S\n]{0,120}\1)/g;

function inOnePiece(text: string): string {
  const patterns = [TAG, COLOUR, SHOWN_COLOUR, INVISIBLE, MARKDOWN_ESCAPE, RIGHT_BORDER, LINE_BREAK];
  return patterns.reduce((left, pattern) => left.replace(pattern, ''), text);
}

export const labelledTextFuzzer: Fuzzer = {
  name: 'texts with labelled ids',
  inputsPerCase: 1,
  prepare: (random) => {
    const { text, others } = labelledText(random);
    if (random.chance(0.7)) return () => checkLabels(text, others);
    const changed = new Mutator(random).text(text, random.between(1, 6));
    return () => checkIds(changed);
  },
};

function checkLabels(text: string, others: readonly string[]) {
  const tracked = jobsIn(text).mentions.map(({ jobId }) => jobId);
  for (const id of tracked) assert.ok(!others.includes(id), `${id} is tracked from:\n${text}`);
  return checkIds(text);
}

function checkIds(text: string) {
  const whole = inOnePiece(text);
  for (const { jobId } of jobsIn(text).mentions) {
    assert.ok(text.includes(jobId) || whole.includes(jobId), `${jobId} is not in:\n${JSON.stringify(text)}`);
  }
  return NOTHING_STORED;
}

/** Texts that a person may paste, or a program print, to make reading them slow: each of any length. */
import type { HostileInputs } from './hostile-inputs';

export interface PastedText {
  readonly name: string;
  /** Returns the text with this number of UTF-16 code units. */
  readonly ofLength: (length: number) => string;
}

const JOB = '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8';
const PROJECT = '7b7705dce1e847b08b3b16dda67fec24';
const NORTH = 'https://elb.cn-north-4.myhuaweicloud.com';

/** Returns a UUID of its own for each number. */
function uuid(at: number): string {
  return `${at.toString(16).padStart(8, '0')}${JOB.slice(8)}`;
}

function repeated(name: string, part: string): PastedText {
  return { name, ofLength: (length) => part.repeat(Math.ceil(length / part.length)).slice(0, length) };
}

/** Each part of the text differs from the others. */
function numbered(name: string, part: (at: number) => string): PastedText {
  const ofLength = (length: number) => {
    const parts: string[] = [];
    for (let at = 0, size = 0; size < length; at += 1) size += parts[parts.push(part(at)) - 1]?.length ?? 0;
    return parts.join('').slice(0, length);
  };
  return { name, ofLength };
}

/** Many of one part, then as many of another. */
function halves(name: string, first: string, second: string): PastedText {
  const [begin, end] = [repeated('', first), repeated('', second)];
  return { name, ofLength: (length) => begin.ofLength(length >> 1) + end.ofLength(length - (length >> 1)) };
}

/** One part between a prefix and a suffix, of which a short text has only the beginning. */
function between(name: string, prefix: string, part: string, suffix: string): PastedText {
  const { ofLength } = repeated('', part);
  const whole = (length: number) =>
    `${prefix}${ofLength(Math.max(0, length - prefix.length - suffix.length))}${suffix}`;
  return { name, ofLength: (length) => whole(length).slice(0, length) };
}

/** Returns JSON in a JSON string, `levels` deep. */
function escaped(text: string, levels: number): string {
  return levels === 0 ? text : escaped(JSON.stringify(text).slice(1, -1), levels - 1);
}

export const PASTED_TEXTS: HostileInputs<PastedText> = {
  kind: 'Pasted texts',
  holds: 'read in at most 50 ms for 1 MiB',
  inputs: [
    // Brackets, quotes and escapes.
    ...['{', '[', '[{', '}', '{}', '{"a":', '"job":{', '"sub_jobs":[', ']}', '(', '<'].map((part) =>
      repeated(part, part),
    ),
    ...['"', "'", '`', '*', '\\', '\\"', '\\\\', '\\\\n', '\\n', "\\'", '"\\', '\\/', '\\u0022'].map((part) =>
      repeated(part, part),
    ),
    ...['&quot;', '&lt;', '&amp;quot;', '%22', '%25', '%2522', '%0A'].map((part) => repeated(part, part)),
    repeated('ESC colours', '\u001b[31m'),
    repeated('ESC colours around words', '\u001b[1mjob_id\u001b[0m = '),
    repeated('ESC codes that never end', '\u001b[1;2;'),
    between('one ESC code of digits', '\u001b[', '1', 'x'),
    repeated('ESC alone', '\u001b'),
    repeated('C1 control sequences', '\u009b31m'),
    repeated('C1 controls', '\u009b['),
    // Names of ids.
    ...['job_id', 'job_id=', 'job_id ', 'job_id: ', 'job_id"', '"job_id":', '"job_id": "0', 'job-id', 'JobID:'].map(
      (part) => repeated(part, part),
    ),
    ...['job ', 'jobs ', 'job IDs: ', 'sub_job_id=', 'sub_jobs ', 'sub_jobs:\n ', 'request_id=', 'project_id='].map(
      (part) => repeated(part, part),
    ),
    ...['"error_msg":"', '"error_msg": ', "error_msg='", 'region=', '任务', '子任务', '任务ID为', 'class a '].map(
      (part) => repeated(part, part),
    ),
    between('a message that never ends', '"error_msg": "', '{"job_id": [', ''),
    numbered('messages with other quotes', (at) => `"error_msg":${at % 2 === 0 ? '"' : "'"}`),
    between('a name before many blanks', 'job_id', ' ', '!'),
    repeated('names before blanks', `job_id${' '.repeat(90)}!`),
    repeated('names before many quotes', `job_id${'"'.repeat(90)}!`),
    // Ids, whole and in part.
    repeated('UUIDs in lines', `${JOB}\n`),
    numbered('different UUIDs in lines', (at) => `${uuid(at)}\n`),
    numbered('different UUIDs back to back', uuid),
    numbered('UUIDs with dashes between', (at) => `${uuid(at)}-`),
    numbered('different named UUIDs', (at) => `job_id=${uuid(at)} `),
    numbered('the jobs of a list', (at) => `{"job_id":"${uuid(at)}","project_id":"${PROJECT}"},`),
    numbered('named UUIDs with projects', (at) => `job_id=${uuid(at)} project_id=${PROJECT}\n`),
    numbered('UUIDs in one list', (at) => `${at === 0 ? 'job_ids: ' : ', '}${uuid(at)}`),
    numbered('many jobs of the same few', (at) => `job_id=${uuid(at % 299)} `),
    numbered('numbers with names', (at) => `job_id=${at},`),
    between('a UUID before dashes', `${JOB}\n`, '-', ''),
    between('a UUID before bullets', `${JOB}\n`, '- ', ''),
    between('a UUID before combining marks', `${JOB}\n`, '\u0301', ''),
    between('a UUID before full stops', `${JOB}\n`, '。', ''),
    between('a UUID before pairs of surrogates', `${JOB}\n`, '\u{1f600}', ''),
    between('a UUID before high surrogates', `${JOB}\n`, '\ud83d', ''),
    repeated('half UUIDs', '37d5c1fd-fa57-4c6d-'),
    repeated('UUIDs without the end', `job_id=${JOB.slice(0, -1)}g `),
    repeated('lists of UUIDs', `jobs ${JOB} `),
    numbered('request URLs', (at) => `${NORTH}/v3/${PROJECT}/elb/jobs/${uuid(at)}\n`),
    numbered(
      'requests of many endpoints',
      (at) => `https://elb${at}.example.com/v3/${PROJECT}/elb/jobs/${uuid(at % 299)}\n`,
    ),
    numbered(
      'requests of many projects',
      (at) => `/v3/${at.toString(36).padStart(32, '0')}/elb/jobs/${uuid(at % 299)} `,
    ),
    numbered('requests without jobs', (at) => `https://elb${at}.example.com/v3/${PROJECT}/elb\n`),
    ...[
      'http://',
      'https://',
      'https://elb.',
      'elb.',
      'a.',
      '/v3/',
      '/v3/x/elb',
      '/v3/x/elb/jobs/',
      '//',
      '@',
      ':',
    ].map((part) => repeated(part, part)),
    repeated('hosts of 300 characters', `${'a.'.repeat(150)}/v3/x/elb `),
    repeated('hosts with many @', `//${'@'.repeat(280)}/v3/x/elb `),
    // Runs of one character.
    ...[
      '0',
      'f',
      'x',
      '_',
      '-',
      '=',
      '|',
      '.',
      ',',
      ' ',
      '\t',
      '\n',
      '\r\n',
      '\n ',
      '\n- ',
      '- ',
      '\u00a0',
      '\u2028',
    ].map((part) => repeated(`a run of ${JSON.stringify(part)}`, part)),
    repeated('Base64', 'TWFuIGlzIGRpc3Rpbmd1aXNoZWQsIG5vdCBvbmx5'),
    repeated('hex bytes', '0a 1f 9c ff '),
    repeated(
      'PEM blocks',
      `-----BEGIN CERTIFICATE-----\n${`${'MIIDdzCCAl+gAwIBAgIE'.repeat(3)}AgIE\n`.repeat(16)}-----END CERTIFICATE-----\n`,
    ),
    halves('blanks, then a word', ' ', 'x'),
    halves('opened, then closed otherwise', '{', ']'),
    halves('opened, then closed', '[', ']'),
    halves('opened under a name, then names of ids', '"sub_jobs":[', `job_id=${JOB} `),
    // Other scripts.
    repeated('combining marks', 'e\u0301\u0302'),
    repeated('pairs of surrogates', '\u{1f600}'),
    repeated('high surrogates', '\ud83d'),
    repeated('low surrogates', '\ude00'),
    repeated('Chinese', '弹性负载均衡任务的状态。'),
    repeated('Chinese without marks', '弹性负载均衡'),
    repeated('zero-width characters', '\u200b\u200d\u2060'),
    repeated('bidirectional controls', '\u202ea\u202c'),
    repeated('NUL', '\0'),
    // What programs print.
    repeated('box drawing', '│ job_id │ ─────── │\n'),
    numbered('Markdown tables', (at) => `| job_id | ${uuid(at)} |\n|---|---|\n`),
    repeated('a log of other ids', `2024-03-23T08:20:42Z INFO request_id=${JOB} lb ${JOB} [x\n`),
    numbered('minified JSON', (at) => `{"id":"${uuid(at)}","name":"lb-${at}","tags":[],"sub":{"a":1.5}},`),
    repeated('indented JSON', '      "listeners": [\n        {\n          "id": null\n        }\n      ],\n'),
    repeated('JSON in JSON strings, eight levels', escaped(`{"job_id":"${JOB}"}`, 8)),
    repeated('YAML', `- job_id: ${JOB}\n  sub_jobs:\n  - job_id: ${JOB}\n    status: SUCCESS\n`),
    repeated('XML', `<job><job_id>${JOB}</job_id></job>`),
    repeated('Java', `class SubJob {\n    jobId: ${JOB}\n}\n`),
    repeated('short lines', 'a\n'),
    repeated('words', 'the job of a load balancer is '),
    numbered('a query', (at) => `&job_id=${uuid(at)}`),
  ],
};

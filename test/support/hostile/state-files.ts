/** What another program, a cleaner, a sync tool or a damaged disk may leave in the extension's global storage folder. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MAX_JOB_FILE_BYTES } from '../../../src/base/limits';
import { jobKey } from '../../../src/jobs/model/job-reference';
import { newlyTracked } from '../../../src/jobs/model/tracked-job';
import { writeJobFile } from '../../../src/jobs/files/job-file';
import { jobAt, reference } from '../samples';
import type { HostileInputs } from './hostile-inputs';

/** JSON of numbers that no field may have, in fields of any meaning. */
export const DAMAGED_NUMBERS = [
  '-1',
  '-0',
  '0.5',
  '1.5',
  '5e7',
  '1e15',
  '9007199254740993',
  '8.64e15',
  '253402300800000',
  '-8.64e15',
  '1e300',
  '-1e300',
  '1e400',
  '-1e400',
  '5e-324',
] as const;

const KEY = jobKey(reference);
const TIME = Date.UTC(2026, 0, 1);
const ENDED = {
  ...newlyTracked(reference, TIME),
  job: jobAt('FAIL'),
  answeredAt: TIME + 1,
  changedAt: TIME + 2,
  pollWantedAt: TIME + 3,
  history: [{ at: TIME + 4, status: 'FAIL' }],
  endingNumber: 1,
  ending: { status: 'FAIL', noticedAt: TIME + 5 },
  pollFailure: {
    since: TIME + 6,
    attempts: 4,
    error: { kind: 'no-longer-kept', httpStatus: 404, code: 'ELB.8904' },
  },
} as const;

/** The fields of a job's file that are numbers. */
const JOB_NUMBERS = [
  ['trackedAt'],
  ['answeredAt'],
  ['changedAt'],
  ['lookWantedAt'],
  ['endingNumber'],
  ['seenEnding'],
  ['history', '0', 'at'],
  ['ending', 'noticedAt'],
  ['difficulty', 'since'],
  ['difficulty', 'attempts'],
  ['difficulty', 'error', 'httpStatus'],
] as const;

export interface DamagedJson {
  readonly what: string;
  readonly text: string;
}

/** Each number in each of the fields, and in all of them at once. */
export const DAMAGED_JOB_NUMBERS: HostileInputs<DamagedJson> = {
  kind: 'Numbers in the files of tracked jobs',
  holds: 'corrected: the job stays in the list, can be removed, and no time is outside the years 1970 to 9999',
  inputs: DAMAGED_NUMBERS.flatMap((number) => [
    ...JOB_NUMBERS.map((field) => ({
      what: `${field.join('.')} ${number}`,
      text: withNumbers(writeJobFile(ENDED), [field], number),
    })),
    { what: `all numbers ${number}`, text: withNumbers(writeJobFile(ENDED), JOB_NUMBERS, number) },
  ]),
};

const FOLLOWED = {
  version: 1,
  endpoint: reference.endpoint,
  projectId: reference.projectId,
  since: TIME,
  listedAt: TIME,
  notBefore: TIME,
  passedOver: [{ id: 'removed', begin: TIME }],
  lookWantedAt: TIME,
  attendedAt: TIME,
};
const FOLLOW_NUMBERS = [
  ['since'],
  ['listedAt'],
  ['notBefore'],
  ['lookWantedAt'],
  ['attendedAt'],
  ['passedOver', '0', 'begin'],
] as const;

export const DAMAGED_FOLLOW_NUMBERS: HostileInputs<DamagedJson> = {
  kind: 'Numbers in the files of followed projects',
  holds: 'corrected: the project is still followed, and new jobs are found',
  inputs: DAMAGED_NUMBERS.flatMap((number) => [
    ...FOLLOW_NUMBERS.map((field) => ({
      what: `${field.join('.')} ${number}`,
      text: withNumbers(JSON.stringify(FOLLOWED), [field], number),
    })),
    { what: `all numbers ${number}`, text: withNumbers(JSON.stringify(FOLLOWED), FOLLOW_NUMBERS, number) },
  ]),
};

export const DAMAGED_BUDGETS: HostileInputs<DamagedJson> = {
  kind: 'Files of request budgets',
  holds: 'requests are sent again after five minutes at most',
  inputs: [
    ...DAMAGED_NUMBERS.flatMap((number) => [
      { what: `taken ${number}`, text: `{"taken":[${number}]}` },
      { what: `300 taken ${number}`, text: `{"taken":[${Array(300).fill(number).join()}]}` },
      { what: `limit ${number}`, text: `{"taken":[],"lowered":{"limit":${number},"at":0}}` },
      { what: `lowered at ${number}`, text: `{"taken":[],"lowered":{"limit":0,"at":${number}}}` },
    ]),
    { what: 'a million requests', text: `{"taken":[${Array(1_000_000).fill('1').join()}]}` },
    { what: '20,000 requests at the same time', text: `{"taken":[${Array(20_000).fill('0').join()}]}` },
    { what: 'requests out of order', text: '{"taken":[3,1,2,1e300,-5,0]}' },
    { what: 'no list', text: '{"taken":{"length":1e9}}' },
    { what: 'nothing', text: '' },
  ],
};

const MEBIBYTE = 1024 * 1024;
const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);

/** Files that hold no job. */
export const DAMAGED_JOB_TEXTS: HostileInputs<DamagedJson> = {
  kind: 'Damaged files of tracked jobs',
  holds: 'quarantined once, as they are, without a freeze',
  inputs: [
    { what: 'nothing', text: '' },
    { what: 'zeros', text: '\0'.repeat(4096) },
    { what: 'half a file', text: writeJobFile(ENDED).slice(0, 200) },
    { what: 'a byte order mark', text: `\uFEFF${writeJobFile(ENDED)}` },
    { what: 'UTF-16', text: writeJobFile(ENDED).replace(/./gs, '$&\0') },
    { what: 'two files', text: writeJobFile(ENDED).repeat(2) },
    { what: 'null', text: 'null' },
    { what: 'a list', text: `[${writeJobFile(ENDED)}]` },
    { what: 'a text', text: '"job"' },
    { what: 'a number', text: '1e999' },
    { what: 'no fields', text: '{"version":2}' },
    { what: 'a text for a number', text: writeJobFile(ENDED).replace('"endingNumber":1', '"endingNumber":"1"') },
    { what: 'a list for a number', text: writeJobFile(ENDED).replace('"endingNumber":1', '"endingNumber":[1]') },
    { what: 'null for a number', text: writeJobFile(ENDED).replace('"endingNumber":1', '"endingNumber":null') },
    { what: 'no reference', text: writeJobFile(ENDED).replace('"reference"', '"referrer"') },
    { what: 'a job that is a list', text: writeJobFile(ENDED).replace(/"job":\{.*\}\}/s, '"job":[]}') },
    { what: 'an endless name', text: writeJobFile({ ...ENDED, reference: { ...reference, jobId: 'x'.repeat(5000) } }) },
    { what: '1 MiB of [', text: '['.repeat(MEBIBYTE) },
    { what: '1 MiB of {"a":', text: '{"a":'.repeat(MEBIBYTE / 5) },
    { what: 'half a million levels', text: nested('[', ']', MEBIBYTE / 2) },
    { what: 'a job with half a million levels', text: nestedJob(MEBIBYTE / 2) },
    { what: '1 MiB of {}', text: `[${'{},'.repeat(MEBIBYTE / 3)}{}]` },
    { what: 'too many bytes', text: `{"x":"${'x'.repeat(MAX_JOB_FILE_BYTES)}"}` },
  ],
};

const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '__defineGetter__',
  'then',
  'toJSON',
];

export const POLLUTED_JOB_FILES: HostileInputs<DamagedJson> = {
  kind: 'Names of object properties in the files of tracked jobs',
  holds: 'the job is read, and no other object changes',
  inputs: NAMES.flatMap((name) => [
    {
      what: `${name} beside the fields`,
      text: writeJobFile(ENDED).replace('{', `{"${name}":{"polluted":true,"endingNumber":7},`),
    },
    {
      what: `${name} in the job`,
      text: writeJobFile(ENDED).replace('"job":{', `"job":{"${name}":{"polluted":true,"status":"COMPLETE"},`),
    },
    {
      what: `${name} in the reference`,
      text: writeJobFile(ENDED).replace('"reference":{', `"reference":{"${name}":{"polluted":true},`),
    },
  ]),
};

/** A way in which the name of a file is taken. */
export interface Occupant {
  readonly what: string;
  /** What the file system reports for it; missing if the file system itself refuses to read it. */
  readonly reason: 'not-a-file' | 'too-large' | undefined;
  /** Creates it. `elsewhere` is a folder outside the storage, with the file `theirs`. */
  readonly create: (file: string, elsewhere: string) => void;
  /** Why the system cannot have it; undefined if it can. */
  readonly missingBecause?: () => string | undefined;
}

const unlessPosix = () => (process.platform === 'win32' ? 'Windows has no such files' : undefined);
/** On Windows, creating a link takes a right that test machines lack. */
const unlessLinks = () => (process.platform === 'win32' ? 'creating links takes a special right' : undefined);

export const OCCUPANTS: HostileInputs<Occupant> = {
  kind: 'Links, folders, pipes and huge files in place of state files',
  holds: 'not followed, not read, and set aside; nothing waits for ever',
  inputs: [
    {
      what: 'a folder',
      reason: 'not-a-file',
      create: (file) => {
        mkdirSync(file);
      },
    },
    {
      what: 'a folder with files',
      reason: 'not-a-file',
      create: (file) => {
        mkdirSync(file);
        writeFileSync(path.join(file, 'theirs'), 'theirs');
      },
    },
    link('a link to a file', (elsewhere) => path.join(elsewhere, 'theirs')),
    link('a dangling link', (elsewhere) => path.join(elsewhere, 'missing')),
    link('a link to a folder', (elsewhere) => elsewhere),
    link('a link to itself', (_, file) => file),
    link('a link to an endless device', () => '/dev/zero'),
    {
      what: 'a pipe',
      reason: 'not-a-file',
      create: (file) => execFileSync('mkfifo', [file]),
      missingBecause: unlessPosix,
    },
    link('a link to a pipe', (elsewhere) => {
      const pipe = path.join(elsewhere, 'pipe');
      if (!existsSync(pipe)) execFileSync('mkfifo', [pipe]);
      return pipe;
    }),
    {
      what: 'a huge file',
      reason: 'too-large',
      create: (file) => {
        writeFileSync(file, '');
        // Takes no space on the disk.
        truncateSync(file, 3 * 1024 * MEBIBYTE);
      },
    },
    {
      what: 'an unreadable file',
      reason: undefined,
      create: (file) => {
        writeFileSync(file, '');
        chmodSync(file, 0);
      },
      missingBecause: () => unlessPosix() ?? (process.getuid?.() === 0 ? 'root may read each file' : undefined),
    },
  ],
};

/** Names beside our files that are none of ours. */
export const FOREIGN_NAMES: HostileInputs<string> = {
  kind: 'Other names in the folders of the state',
  holds: 'neither read nor removed',
  inputs: [
    'yarn.lock',
    'Cargo.lock',
    '.lock',
    'a.tmp',
    '.tmp',
    'notes.0123abcd-0123-4123-8123-0123456789ab.tmp',
    `${KEY}.json.tmp`,
    `${KEY}.json.1.tmp`,
    `${KEY}.json.lock.old`,
    `${KEY}.jsonx.lock`,
    `${KEY} (1).json`,
    `${KEY} - Copy.json`,
    `${KEY}.sync-conflict-20260101-000000-ABCDEFG.json`,
    `${KEY} (conflicted copy 2026-01-01).json`,
    `${KEY}.json~`,
    `.${KEY}.json.swp`,
    `${KEY}.json.bak`,
    `${KEY.toUpperCase()}.json`,
    `${KEY.slice(1)}.json`,
    `${KEY}0.json`,
    `${KEY}.JSON`,
    `x${KEY}.json`,
    `\u202e${KEY}.json`,
    '__proto__',
    '__proto__.json',
    'constructor.json',
    'con\nst.json',
    'Ünïcode – 二.json',
    `${'x'.repeat(200)}.json`,
  ],
};

/** Names of files beside those of the lease `name`. */
export const FOREIGN_GENERATIONS: HostileInputs<string> = {
  kind: 'Numbers of leases',
  holds: 'one window at a time holds the lease',
  inputs: [
    ...['0', '-1', '1.5', '01', '1e15', '0x10', '', 'NaN', 'Infinity', '__proto__'],
    ...['999999999', '1000000000', '999999999999999', '1000000000000000', '9007199254740993', '9'.repeat(100)],
  ],
};

/** Contents of a lease that another program wrote. */
export const LEASE_TEXTS: HostileInputs<string> = {
  kind: 'Contents of leases',
  holds: 'taken over after nine seconds without a change',
  inputs: [
    '',
    'null',
    '{"owner":"x","beat":1e300,"validUntil":1e300}',
    '{"owner":null,"beat":-1}',
    `{"owner":"${'x'.repeat(60_000)}"}`,
    'x'.repeat(MEBIBYTE),
    '['.repeat(1000),
  ],
};

/** Contents of a lock that another program wrote. */
export const LOCK_TEXTS: HostileInputs<string> = {
  kind: 'Contents of locks',
  holds: 'broken after five seconds without a change, and no other file is removed',
  inputs: ['', ' ', 'x', '/../../other', '../other', '\\..\\other', '1e300', 'x'.repeat(MEBIBYTE), '\uFFFF', '\0'],
};

/** @returns valid JSON with the number in place of the fields' values */
function withNumbers(json: string, fields: readonly (readonly string[])[], number: string): string {
  const placeholder = 'the number';
  const content: unknown = JSON.parse(json);
  for (const field of fields) {
    let holder = content as Record<string, unknown>;
    for (const name of field.slice(0, -1)) holder = holder[name] as Record<string, unknown>;
    holder[field.at(-1) ?? ''] = placeholder;
  }
  return JSON.stringify(content).replaceAll(`"${placeholder}"`, number);
}

function nestedJob(depth: number): string {
  return writeJobFile(ENDED).replace('"job":{', `"job":{"x":${nested('[', ']', depth)},`);
}

function link(what: string, targetOf: (elsewhere: string, file: string) => string): Occupant {
  return {
    what,
    reason: 'not-a-file',
    create: (file, elsewhere) => {
      symlinkSync(targetOf(elsewhere, file), file);
    },
    missingBecause: unlessLinks,
  };
}

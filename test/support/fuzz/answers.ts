/** Fuzzes what the service answers: from the response over the job's file to all views. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { MAX_FIELD_LENGTH, MAX_JOB_FILE_BYTES, MAX_SHOW_JOB_BYTES } from '../../../src/base/limits';
import { ElbClient } from '../../../src/cloud/api/elb-client';
import {
  type ListedJob,
  parseListJobsResponse,
  parseShowJobResponse,
  readJob,
  type ShowJobResponse,
} from '../../../src/cloud/api/job-schema';
import { CloudApi } from '../../../src/cloud/http/cloud-api';
import type { Result } from '../../../src/cloud/http/error';
import type { HttpResponse } from '../../../src/cloud/http/transport';
import { newlyTracked, type TrackedJob, withResponse } from '../../../src/jobs/model/tracked-job';
import { readJobFile, writeJobFile } from '../../../src/jobs/files/job-file';
import { buildAllViews } from '../hostile/all-views';
import { reference } from '../samples';
import type { SeededRandom } from '../seeded-random';
import { SECOND } from '../../../src/base/time-units';
import type { Fuzzer } from './fuzzer';
import { Mutator } from './mutator';

const NOW = Date.UTC(2026, 0, 1, 1);
const KEY = {
  accessKey: 'AKSAMPLE00000000001',
  secretKey: 'sample/secret+key/Qx9',
  securityToken: 'sample/security+token/Zw8=',
};
const SECRETS = [KEY.secretKey, KEY.securityToken];
const ECHOES = [...SECRETS, ...SECRETS.map(encodeURIComponent), ...SECRETS.map((text) => btoa(text))];

const official = JSON.parse(readFileSync('test/fixtures/show-job-example.json', 'utf8')) as {
  readonly job: { readonly sub_jobs: readonly object[] };
};
const JOB = {
  ...official.job,
  sub_jobs: official.job.sub_jobs.map((subJob) => ({ ...subJob, error_code: '', error_msg: '' })),
};
const SHOWN = { job: JOB, request_id: '39551f69-3c49-4200-8ad3-73f9a8b4a3e4' };
const LISTED = {
  jobs: [JOB, { ...JOB, status: 'FAIL' }],
  page_info: { next_marker: 'm', current_count: 2 },
  request_id: 'r',
};
const REFUSED = {
  error_code: 'APIGW.0301',
  error_msg: 'verify aksk signature fail, canonicalRequest:',
  request_id: 'r',
};
const STATUSES = [200, 200, 200, 200, 201, 204, 301, 400, 401, 403, 404, 407, 429, 500, 503];

/** One job gets all answers of a case, so that what it keeps of each adds up. */
const ANSWERS = 5;
/** The share of the cases whose answers come over the client. */
const REQUESTS_SHARE = 0.1;
/** Views are built for this share of the cases: they take longer than all else. */
const VIEWS_SHARE = 0.02;

type Answer = () => Promise<ShowJobResponse | undefined> | ShowJobResponse | undefined;

export const answerFuzzer: Fuzzer = {
  name: 'mutated answers',
  inputsPerCase: ANSWERS,
  prepare: (random) => {
    // The client takes longer than all else: it signs, and searches for secrets. Only it removes them.
    const isRequested = random.chance(REQUESTS_SHARE);
    const mutator = new Mutator(random, isRequested ? ECHOES : []);
    const answers = Array.from({ length: ANSWERS }, () => (isRequested ? requested : parsed)(random, mutator));
    const hasViews = random.chance(VIEWS_SHARE);
    return () => checkAnswers(answers, hasViews);
  },
};

async function checkAnswers(answers: readonly Answer[], hasViews: boolean) {
  let tracked = newlyTracked(reference, NOW);
  let storedBytes = 0;
  for (const [index, answer] of answers.entries()) {
    const response = await answer();
    if (response === undefined) continue;
    tracked = withResponse(tracked, response, NOW + index * SECOND);
    storedBytes = Math.max(storedBytes, checkedFileBytes(tracked));
  }
  if (hasViews) assertNoSecret(JSON.stringify(await buildAllViews(tracked), textsOnly));
  return { storedBytes };
}

/** @returns a function that returns the response for the job, or the first of a list; undefined if it was refused */
function parsed(random: SeededRandom, mutator: Mutator): Answer {
  const isList = random.chance(0.2);
  const body = bodyOf(isList ? LISTED : SHOWN, random, mutator);
  return isList ? () => firstOf(checked(parseListJobsResponse(body))) : () => checked(parseShowJobResponse(body));
}

function firstOf(list: { readonly jobs: readonly ListedJob[] } | undefined): ShowJobResponse | undefined {
  const [first] = list?.jobs ?? [];
  if (first === undefined) return undefined;
  const job = first.read();
  assert.ok(first.hasSameFieldsAs(job), 'a job equals itself');
  return { job, requestId: first.requestId };
}

function bodyOf(seed: object, random: SeededRandom, mutator: Mutator): string {
  const json = JSON.stringify(mutator.json(seed, random.between(0, 6)));
  const body = random.chance(0.15) ? mutator.text(json, random.between(1, 3)) : json;
  assert.ok(Buffer.byteLength(body) <= MAX_SHOW_JOB_BYTES);
  return body;
}

/** Same as `parsed`, over the client. */
function requested(random: SeededRandom, mutator: Mutator): Answer {
  const isList = random.chance(0.2);
  const status = random.pick(STATUSES);
  const body = bodyOf(status >= 400 ? REFUSED : isList ? LISTED : SHOWN, random, mutator);
  const headers = random.chance(0.1) ? { date: mutator.piece(), 'retry-after': mutator.piece() } : {};
  const api = new CloudApi(
    () => Promise.resolve({ ok: true, value: { status, headers, body } satisfies HttpResponse }),
    () => NOW,
  );
  const client = new ElbClient(api);
  return async () => {
    const { signal } = new AbortController();
    if (!isList) return checked(await client.showJob(reference, KEY, signal));
    const { endpoint, projectId } = reference;
    for await (const result of client.listJobs({ endpoint, projectId, limit: 2, maxPages: 1 }, KEY, signal)) {
      return firstOf(checked(result));
    }
    return undefined;
  };
}

function checked<T>(result: Result<T>): T | undefined {
  if (result.ok) return result.value;
  const { error } = result;
  assert.ok(error.kind.length > 0);
  for (const text of [error.code, error.message, error.requestId]) assert.ok((text ?? '').length <= MAX_FIELD_LENGTH);
  assertNoSecret(JSON.stringify(error));
  return undefined;
}

/** Writes and reads the job's file. @returns its size */
function checkedFileBytes(tracked: TrackedJob): number {
  const text = writeJobFile(tracked);
  const bytes = Buffer.byteLength(text);
  assert.ok(bytes <= MAX_JOB_FILE_BYTES, `${bytes} bytes`);
  assertNoSecret(text);
  const read = readJobFile(text, readJob);
  assert.ok(read.kind === 'ours', read.kind);
  assert.equal(writeJobFile(read.content), text, 'what is written is read back');
  return bytes;
}

function assertNoSecret(text: string): void {
  for (const echo of ECHOES) assert.ok(!text.includes(echo), text.slice(0, 2000));
}

/** Leaves out what only tests use. */
function textsOnly(name: string, value: unknown): unknown {
  return name === 'clock' || name === 'node' ? undefined : value;
}

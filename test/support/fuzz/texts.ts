/** Fuzzes what people paste and what links say: no text may yield anything but valid ids and places. */
import assert from 'node:assert/strict';
import { MAX_MENTIONS } from '../../../src/base/limits';
import { isJobId, isProjectId, isUuid } from '../../../src/base/id-patterns';
import { parseEndpoint } from '../../../src/cloud/places/endpoint';
import { jobLinksIn, mentionText } from '../../../src/mentions/job-links';
import type { JobMention } from '../../../src/mentions/job-mention';
import { jobsIn } from '../../../src/mentions/job-mentions';
import { MAX_REQUESTED_JOBS, readTrackRequest } from '../../../src/mentions/track-request';
import { PASTED_TEXTS } from '../hostile/pasted-texts';
import { reference } from '../samples';
import type { Fuzzer } from './fuzzer';
import { Mutator } from './mutator';

const { endpoint, projectId, jobId } = reference;
const PATTERN_LENGTH = 600;
const MAX_LINKS = 20;

const SEEDS = [
  jobId,
  `"${jobId}",\n"${jobId.replace('37', '38')}"`,
  `job_id=${jobId} project_id=${projectId} region=cn-north-4`,
  `{"job_id": "${jobId}", "loadbalancer_list": ["${jobId.replace('3', '4')}"]}`,
  JSON.stringify({ job: { job_id: jobId, project_id: projectId, sub_jobs: [{ job_id: jobId.replace('3', '5') }] } }),
  JSON.stringify(JSON.stringify({ jobs: [{ job_id: jobId, status: 'RUNNING', project_id: projectId }] })),
  `GET ${endpoint}/v3/${projectId}/elb/jobs/${jobId} HTTP/1.1\nHost: ${new URL(endpoint).host}\n`,
  `curl -H 'X-Auth-Token: t' "${endpoint}/v3/${projectId}/elb/jobs/${jobId}"`,
  `job_id: ${jobId}\nsub_jobs:\n  - job_id: ${jobId.replace('3', '6')}\n`,
  `class ShowJobResponse {\n  job: class Job {\n    jobId: ${jobId}\n    subJobs: [class SubJob {\n jobId: x\n}]\n}}`,
  `\u001b[32m2026-01-01T00:00:00Z INFO\u001b[0m request_id=${jobId.replace('3', '7')} job_id => "${jobId}"`,
  `| job_id | ${jobId} |\n| status | RUNNING |`,
  `任务ID：${jobId}，项目ID：${projectId}`,
];
const QUERIES = [
  `job_id=${jobId}`,
  `job_id=${jobId},${jobId.replace('3', '8')}&project_id=${projectId}&region=cn-north-4`,
];

export const textFuzzer: Fuzzer = {
  name: 'mutated texts',
  inputsPerCase: 1,
  prepare: (random) => {
    const mutator = new Mutator(random, SEEDS);
    if (random.chance(0.1)) {
      const query = mutator.text(random.pick(QUERIES), random.between(1, 4));
      const fragment = random.chance(0.05) ? mutator.piece() : '';
      return () => checkTrackRequest(query, fragment);
    }
    const pattern = () => random.pick(PASTED_TEXTS.inputs).ofLength(random.between(1, PATTERN_LENGTH));
    const start = random.chance(0.2) ? pattern() : random.pick(SEEDS);
    const text = mutator.text(start, random.between(1, 8));
    return () => checkText(text);
  },
};

const NOTHING_STORED = { storedBytes: 0 };

function checkText(text: string) {
  const { mentions, problem } = jobsIn(text);
  assert.ok(mentions.length <= MAX_MENTIONS);
  assert.equal(mentions.length === 0, problem !== undefined && problem !== 'too-many', String(problem));
  assert.equal(new Set(mentions.map((mention) => JSON.stringify(mention))).size, mentions.length, 'each job once');
  for (const mention of mentions) checkMention(mention);
  for (const { start, end, mention } of jobLinksIn(text, MAX_LINKS)) {
    assert.equal(text.slice(start, end), mention.jobId);
    assert.ok(isUuid(mention.jobId));
  }
  return NOTHING_STORED;
}

function checkMention(mention: JobMention): void {
  const { jobId: id, endpoint: origin, projectId: project } = mention;
  assert.ok(isJobId(id), id);
  assert.ok(project === undefined || isProjectId(project), project);
  const parsed = origin === undefined ? undefined : parseEndpoint(origin);
  // Such a text keeps the job from being taken for one at another endpoint; no credentials are for it.
  if (parsed !== undefined && !(parsed.ok && parsed.origin === origin)) return;
  if (!isUuid(id)) return;
  // The text that the extension proposes for a mention, e.g. in the input box, means the same job.
  const [again] = jobsIn(mentionText(mention)).mentions;
  assert.deepEqual([again?.jobId, again?.endpoint, again?.projectId], [id, origin, project]);
}

function checkTrackRequest(query: string, fragment: string) {
  const read = readTrackRequest({ path: '/track', query, fragment });
  if (!read.ok) return NOTHING_STORED;
  const { jobIds, projectId: project, region } = read.request;
  assert.ok(jobIds.length > 0 && jobIds.length <= MAX_REQUESTED_JOBS && jobIds.every(isJobId));
  assert.equal(new Set(jobIds).size, jobIds.length, 'each job once');
  assert.ok(project === undefined || isProjectId(project));
  assert.ok(region === undefined || /^[a-z0-9-]+$/.test(region));
  assert.equal(fragment, '');
  return NOTHING_STORED;
}

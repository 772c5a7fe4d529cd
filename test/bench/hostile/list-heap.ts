/** Measures the memory that a list of large hostile pages takes at its peak. */
import { CloudApi } from '../../../src/cloud/http/cloud-api';
import { ElbClient } from '../../../src/cloud/api/elb-client';
import type { ListedJob } from '../../../src/cloud/api/job-schema';
import type { HttpTransport } from '../../../src/cloud/http/transport';
import { reference } from '../../support/samples';

const PAGES = 10;
const PAGE_LENGTH = 30_000_000;
const RUNS = 3;

/** Returns one job of a page. */
const hostilePages: readonly ((page: number, at: number) => object)[] = [
  () => ({}),
  (page, at) => ({ job_id: `${page}-${at}`, status: 'RUNNING', job_type: 'cloneLoadbalancer' }),
  (page, at) => ({ job_id: `${page}-${at}`, undocumented: { a: [1, 2, 3], b: {} } }),
  (page, at) => ({ job_id: `${page}-${at}`, sub_jobs: Array.from({ length: 1000 }, () => ({})) }),
  (page, at) => ({ job_id: `${page}-${at}`, error_msg: 'x'.repeat(100_000) }),
];

/** @returns MiB more than before, of the kind of page that takes most, in the best of three runs */
export async function listHeapMiB(): Promise<number> {
  const peaks: number[] = [];
  for (const jobOf of hostilePages) {
    const runs: number[] = [];
    for (let run = 0; run < RUNS; run += 1) runs.push(await peakOf(jobOf));
    peaks.push(Math.min(...runs));
  }
  return Math.round(Math.max(...peaks) * 10) / 10;
}

async function peakOf(jobOf: (page: number, at: number) => object): Promise<number> {
  globalThis.gc?.();
  const before = memoryBytes();
  let peak = before;
  const sample = () => {
    peak = Math.max(peak, memoryBytes());
  };
  let page = 0;
  const transport: HttpTransport = () => {
    page += 1;
    const body = pageBody(page, jobOf);
    // What it took to make the body.
    globalThis.gc?.();
    sample();
    return Promise.resolve({ ok: true, value: { status: 200, headers: {}, body } });
  };
  const client = new ElbClient(new CloudApi(transport, () => Date.UTC(2026, 0, 1)));
  const request = { endpoint: reference.endpoint, projectId: reference.projectId, limit: 1, maxPages: PAGES };
  const credential = { accessKey: 'AKSAMPLE00000000001', secretKey: 'sample/secret+key' };
  // As those who read a list, it holds the jobs until the list ends.
  const jobs: (readonly ListedJob[])[] = [];
  for await (const result of client.listJobs(request, credential, new AbortController().signal)) {
    sample();
    if (result.ok) jobs.push(result.value.jobs);
  }
  sample();
  return (peak - before) / 2 ** 20;
}

function memoryBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Made as a response arrives, in one piece of one byte per character. */
function pageBody(page: number, jobOf: (page: number, at: number) => object): string {
  const body = Buffer.alloc(PAGE_LENGTH, ' ');
  let length = body.write('{"jobs":[', 'latin1');
  const end = `{}],"page_info":{"next_marker":"marker-${page}"}}`;
  for (let at = 0; ; at += 1) {
    const job = `${JSON.stringify(jobOf(page, at))},`;
    if (length + job.length + end.length > PAGE_LENGTH) break;
    length += body.write(job, length, 'latin1');
  }
  body.write(end, length, 'latin1');
  return body.toString('latin1');
}

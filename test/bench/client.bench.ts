/** Compares our client with a client of the same two calls on the official SDK core, bundled with the same options. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { AKSKSigner } from '@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner';
import { build } from 'esbuild';
import { neverUsed, onlyHttpAdapter } from '../../scripts/lib/build/never-used.mjs';
import { parseListJobsResponse } from '../../src/cloud/api/job-schema';
import { signRequest } from '../../src/cloud/http/signer';
import example from '../fixtures/show-job-example.json';
import { sdkCredential } from '../support/cloud/sdk-client';
import { median } from './median';

const RUNS = 15;
const SIGNATURES = 5000;
const key = { accessKey: 'AKEXAMPLE0000000001', secretKey: 'SkExample+Secret/Key0123456789abcdefABCD' };
const projectId = '7b7705dce1e847b08b3b16dda67fec24';
const jobPath = `/v3/${projectId}/elb/jobs/37d5c1fd-fa57-4c6d-bdcd-d523095c05e8`;
const endpoint = 'https://elb.cn-north-4.myhuaweicloud.com';

const credential = sdkCredential(key, projectId);

const folder = mkdtempSync(path.join(os.tmpdir(), 'client-bench-'));
run()
  .catch((cause: unknown) => {
    console.error(cause);
    process.exitCode = 1;
  })
  .finally(() => {
    rmSync(folder, { recursive: true, force: true });
  });

async function run(): Promise<void> {
  const bundles = [await bundleOf('ours'), await bundleOf('theirs')] as const;
  const loads = bundles.map(
    ({ file }) =>
      () =>
        load(file),
  );
  const [ourLoads = [], theirLoads = []] = alternately(loads);
  const [ourSignMs = NaN, theirSignMs = NaN] = alternately(
    [signOurs, signTheirs].map(
      (sign) => () =>
        timed(() => {
          signRepeatedly(sign);
        }),
    ),
  ).map(median);
  const ours = { ...bundles[0], ...loadFigures(ourLoads), signatures: (SIGNATURES / ourSignMs) * 1000 };
  const theirs = { ...bundles[1], ...loadFigures(theirLoads), signatures: (SIGNATURES / theirSignMs) * 1000 };
  const answer = JSON.stringify({ jobs: Array.from({ length: 2000 }, () => example.job), request_id: 'r' });
  const [parseMs = NaN, validateMs = NaN, readMs = NaN] = alternately(
    [
      () => JSON.parse(answer) as unknown,
      () => parseListJobsResponse(answer),
      () => {
        const page = parseListJobsResponse(answer);
        return page.ok && page.value.jobs.map((job) => job.read());
      },
    ].map((work) => () => timed(work)),
  ).map(median);
  const ratios = {
    loadRatio: ours.loadMs / theirs.loadMs,
    bundleRatio: ours.bytes / theirs.bytes,
    signRatio: ours.signatures / theirs.signatures,
    validateRatio: validateMs / parseMs,
  };
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify(ratios));
    return;
  }
  const row = (name: string, unit: string, a: number, b: number) => {
    console.log(`${name.padEnd(24)} ${a.toFixed(1).padStart(10)} ${b.toFixed(1).padStart(10)} ${unit}`);
  };
  console.log(`${''.padEnd(24)} ${'ours'.padStart(10)} ${'SDK core'.padStart(10)}`);
  row('load', `ms, median of ${RUNS} fresh processes`, ours.loadMs, theirs.loadMs);
  row('memory', 'MiB resident', ours.residentMiB, theirs.residentMiB);
  row('bundle', 'kB minified', ours.bytes / 1000, theirs.bytes / 1000);
  row('bundle, gzipped', 'kB', ours.gzipBytes / 1000, theirs.gzipBytes / 1000);
  row('signatures', 'per millisecond', ours.signatures / 1000, theirs.signatures / 1000);
  console.log(
    `2,000 jobs: JSON.parse ${parseMs.toFixed(1)} ms, parsed and validated ${validateMs.toFixed(1)} ms ` +
      `(${ratios.validateRatio.toFixed(2)} times as long), parsed, validated and read ${readMs.toFixed(1)} ms`,
  );
  console.log(`Our bundle has no ${Object.keys(neverUsed).join(', ')}, as in the shipped extension.`);
  console.log(JSON.stringify(ratios));
}

async function bundleOf(name: 'ours' | 'theirs') {
  const outfile = path.join(folder, `${name}.js`);
  await build({
    entryPoints: [`test/bench/client/${name}.ts`],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
    // As in the shipped bundle: our client uploads nothing, and the editor handles proxies. The SDK does both.
    ...(name === 'ours' ? { alias: neverUsed, plugins: [onlyHttpAdapter] } : {}),
    logLevel: 'error',
  });
  const code = readFileSync(outfile);
  return { file: outfile, bytes: code.length, gzipBytes: gzipSync(code, { level: 9 }).length };
}

type Load = ReturnType<typeof load>;

function loadFigures(loads: readonly Load[]) {
  return {
    loadMs: median(loads.map(({ loadMs }) => loadMs)),
    residentMiB: median(loads.map(({ residentBytes }) => residentBytes)) / 2 ** 20,
  };
}

/** Loads a bundle in a new process, whose home is a temporary folder. */
function load(file: string): { readonly loadMs: number; readonly residentBytes: number } {
  const script = `
    const resident = process.memoryUsage.rss();
    const start = performance.now();
    require(process.argv[1]).ready.then(() => {
      const loadMs = performance.now() - start;
      console.log(JSON.stringify({ loadMs, residentBytes: process.memoryUsage.rss() - resident }));
    });`;
  const env = { ...process.env, HOME: folder, USERPROFILE: folder };
  return JSON.parse(execFileSync(process.execPath, ['-e', script, file], { encoding: 'utf8', env })) as ReturnType<
    typeof load
  >;
}

function signOurs(): void {
  signRequest(
    { method: 'GET', origin: endpoint, path: jobPath, headers: { 'X-Project-Id': projectId } },
    key,
    1_700_000_000_000,
  );
}

function signTheirs(): void {
  AKSKSigner.sign(
    {
      endpoint: endpoint + jobPath,
      method: 'GET',
      headers: { 'X-Project-Id': projectId, 'X-Sdk-Date': '20231114T221320Z' },
      queryParams: {},
    },
    credential,
  );
}

function signRepeatedly(sign: () => void): void {
  for (let count = 0; count < SIGNATURES; count += 1) sign();
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Runs the functions alternately, so that other work on the machine disturbs all of them alike. */
function alternately<T>(works: readonly (() => T)[]): T[][] {
  const results: T[][] = works.map(() => []);
  for (let round = 0; round < RUNS; round += 1) {
    for (const [index, work] of works.entries()) results[index]?.push(work());
  }
  return results;
}

import assert from 'node:assert/strict';
import path from 'node:path';
import { SECOND } from '../../../../src/base/time-units';
import type { Profile, ProfileSource } from '../../../../src/credentials/profiles/profile';
import type { RequestBudget } from '../../../../src/jobs/budget/request-budget';
import type { FollowedProject } from '../../../../src/jobs/discovery/followed-project';
import type { PollingState } from '../../../../src/jobs/polling/poll-engine';
import { jobKey } from '../../../../src/jobs/model/job-reference';
import { newlyTracked, type TrackedJob, withError, withResponse } from '../../../../src/jobs/model/tracked-job';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { CopyDiagnosticsCommand } from '../../../../src/ui/diagnostics/copy-diagnostics-command';
import type { DiagnosticParts } from '../../../../src/ui/diagnostics/diagnostic-facts';
import { MAX_DIAGNOSTICS_BYTES } from '../../../../src/ui/diagnostics/diagnostics-report';
import { ExtensionLog } from '../../../../src/ui/editor/extension-log';
import { FakeClock } from '../../../support/fake-clock';
import { copiedTexts, shownTexts } from '../../../support/fake-vscode';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { jobAt, MemoryLog, noFiles, reference } from '../../../support/samples';

const now = Date.UTC(2026, 0, 1, 10);
const custom = { ...reference, endpoint: 'https://elb.corp.example:8443', projectId: 'c0ffee'.repeat(5) + '42' };
const ACCESS_KEY = 'HPUAKQ3X7TM1ZC9VBNWL';
const SECRET_KEY = 'h9Kq2Lm4Xz7Rt1Wv5Yb8Nc3Pd6Qf0Sg2Uj4Ae7Bi';

function profile(source: ProfileSource, fields: Partial<Profile> = {}): Profile {
  const { endpoint, projectId } = reference;
  const base = { id: 'a1b2c3d4e5f60718', endpoint, projectId, source, accessKeyStart: 'HPUA', keyChangedAt: 0 };
  return { ...base, name: 'Kunden-Projekt', projectName: 'kunde-eu', ...fields };
}

const never = () => new Promise<never>(() => undefined);
const budget = { count: () => Promise.resolve({ used: 12, limit: 100 }) } as unknown as RequestBudget;
const polling: PollingState = { isPolling: true, availableAt: now + 12 * SECOND, stopReason: 'authentication' };

describe('the command that copies diagnostics', () => {
  let clock: FakeClock;
  let log: ExtensionLog;
  let store: JobStore;
  let files: MemoryFileSystem;

  beforeEach(() => {
    clock = new FakeClock(now);
    log = new ExtensionLog(clock);
    store = new JobStore(noFiles, new MemoryLog());
    files = new MemoryFileSystem();
    copiedTexts.length = 0;
    shownTexts.length = 0;
  });

  const user = { kind: 'password', iamEndpoint: 'https://iam.corp.example', domain: 'acme', user: 'jdoe' } as const;

  async function report(parts: Partial<DiagnosticParts> = {}): Promise<string> {
    const command = new CopyDiagnosticsCommand({
      ...{ store, log, clock, files, directory: '/home/jane/storage' },
      credentials: { all: () => [profile({ kind: 'stored' }), profile(user, { ...custom, id: 'b' })], unreadable: [] },
      followed: { all: () => [reference as unknown as FollowedProject] },
      pause: { isPaused: false },
      engine: { stateOf: ({ endpoint }) => (endpoint === reference.endpoint ? polling : undefined) },
      source: { budgetOf: () => Promise.resolve(budget) },
      clockSkewOf: (endpoint) => (endpoint === reference.endpoint ? 1200 : 0),
      showsNames: () => true,
      isLoaded: () => true,
      editorSections: () => [{ title: 'Versions', facts: [['Extension', '0.1.0']] }],
      ...parts,
    });
    await command.run();
    assert.deepEqual(shownTexts, ['$(check) Copied']);
    return copiedTexts.at(-1) ?? '';
  }

  async function track(...jobs: readonly TrackedJob[]): Promise<void> {
    await store.restore(jobs);
  }

  const tracked = (jobId: string, status?: string, of = reference) => {
    const job = newlyTracked({ ...of, jobId }, now);
    return status === undefined ? job : withResponse(job, { job: jobAt(status, { jobId }) }, now);
  };

  it('has counts of jobs, credentials and files, and how each project is polled', async () => {
    const lost = withError(tracked('lost-1', 'RUNNING'), { kind: 'not-found', httpStatus: 404 }, now);
    await track(tracked('a', 'RUNNING'), tracked('b', 'FAIL'), tracked('c'), lost, tracked('d', 'SUCCESS', custom));
    store.applyResponse(jobKey({ ...reference, jobId: 'a' }), { job: jobAt('CANCEL', { jobId: 'a' }) }, now);
    const resources = {
      byId: new Map([['lb', { type: 'loadbalancer', name: 'prod-api', seenAt: now }]] as const),
      quotas: new Map(),
      refused: new Set(['elb:listeners:list'] as const),
    };
    store.setResources(reference, resources, () => true);
    for (const name of ['jobs/0123456789abcdef.json', 'jobs/fedcba9876543210.json', 'ended/0123456789abcdef.segment']) {
      await files.create(path.join('/home/jane/storage', name), '');
    }
    await files.create(path.join('/home/jane/storage', 'jobs/0123456789abcdef.json.unreadable-1'), '');
    const text = (await report()).replace(/Project [0-9a-f]{6}/g, 'Project hash');
    const lines = [
      '## ELB Job Tracker: diagnostics of 2026-01-01T10:00:00Z',
      '- Extension: `0.1.0`',
      '- Jobs: `5 (cancelled 1, failed 1, lost 1, succeeded 1, without a response 1)`',
      '- Saved state: `loaded`',
      '- Unseen endings: `1`',
      '- Failed polls: `1 (no-longer-kept 1)`',
      '- Projects: `2`',
      '- Followed projects: `1`',
      '- Credentials: `2 (password 1, stored 1)`',
      '- Job files: `2`',
      '- Segments: `1`',
      '- Quarantined files: `1`',
      '- Paused: `no`',
      '- Project hash (cn-north-4): `requests: 12 of 100 in 5 minutes; this window polls: yes; next request in 12 s at the earliest; stopped: authentication; the endpoint’s clock is 1200 ms ahead`',
      '- Project hash (custom endpoint): `requests: 12 of 100 in 5 minutes; nothing to poll`',
      '- Project hash (cn-north-4): `resources: 1 (loadbalancer 1); quotas: 0; refused: elb:listeners:list`',
    ];
    for (const line of lines) assert.ok(text.split('\n').includes(line), `${line}\nin\n${text}`);
  });

  it('has the last 20 warnings and errors, and no other line', async () => {
    log.info('an info');
    for (let index = 1; index <= 30; index += 1) log.warn(`warning ${index}`);
    log.error('the error');
    const text = await report();
    const lines = text.split('\n').filter((line) => / (?:warn|error) /.test(line));
    assert.equal(lines.length, 20);
    assert.equal(lines[0], '2026-01-01T10:00:00Z warn warning 12');
    assert.equal(lines[19], '2026-01-01T10:00:00Z error the error');
    assert.doesNotMatch(text, /an info/);
  });

  it('has no key, token, password, id, name, user, path and host, whatever the lines of the log hold', async () => {
    await track(tracked('odd_job', 'RUNNING'), tracked('b', 'FAIL', custom));
    store.setResources(
      reference,
      {
        byId: new Map([['lb', { type: 'loadbalancer', name: 'prod-api', seenAt: now }]] as const),
        quotas: new Map(),
        refused: new Set(),
      },
      () => true,
    );
    const canonical = `GET\\n/v3/${reference.projectId}/elb/jobs\\nx-security-token:${SECRET_KEY}`;
    const lines = [
      `Job odd_job: authentication (401 · APIGW.0301 · verify aksk signature fail, ak:${ACCESS_KEY}, canonicalRequest:${canonical})`,
      `Authorization: SDK-HMAC-SHA256 Access=${ACCESS_KEY}, SignedHeaders=x, Signature=${'ab12'.repeat(16)}`,
      `X-Auth-Token: ${SECRET_KEY} and ${ACCESS_KEY} and ${SECRET_KEY}`,
      `HUAWEICLOUD_SDK_SK=${SECRET_KEY} password="hunter2 secret"`,
      `https://jdoe:hunter2@proxy.corp.example:3128 for acme and Kunden-Projekt, kunde-eu, prod-api`,
      `/home/jane/storage/refusals/${'0f'.repeat(16)}.json: project ${custom.projectId} at ${custom.endpoint}`,
    ];
    for (const line of lines) log.error(line);
    const text = await report();
    const secrets = [
      ACCESS_KEY,
      SECRET_KEY,
      'HPUA',
      'ab12ab12',
      'hunter2',
      'odd_job',
      reference.projectId,
      custom.projectId,
    ];
    const names = [
      'jdoe',
      'acme',
      'Kunden',
      'kunde-eu',
      'prod-api',
      'jane',
      '/home',
      'corp.example',
      '0f0f',
      'a1b2c3d4',
    ];
    for (const secret of [...secrets, ...names]) assert.ok(!text.includes(secret), `${secret} in\n${text}`);
  });

  it('is at most 32 KiB, and no line ends the code block', async () => {
    for (let index = 0; index < 25; index += 1)
      log.warn(`\`\`\`\n## heading ![x](http://a)\n~~~\n${'配额'.repeat(3000)}`);
    const text = await report();
    assert.ok(Buffer.byteLength(text) <= MAX_DIAGNOSTICS_BYTES, String(Buffer.byteLength(text)));
    const block = text.slice(text.indexOf('### Last warnings'));
    assert.equal(block.split('\n').filter((line) => line.startsWith('```')).length, 2);
    assert.ok(block.trimEnd().endsWith('```'));
    assert.doesNotMatch(block, /^(?:## heading|~~~)/m);
  });

  it('does not wait longer than two seconds for a disk or for keys that hang', async () => {
    files = new MemoryFileSystem(never);
    const copied = report({ isLoaded: () => false, source: { budgetOf: never } });
    await clock.advance(2 * SECOND);
    const text = await copied;
    assert.match(text, /^- Saved state: `not loaded`$/m);
    assert.match(text, /^- Job files: `could not be read`$/m);
    assert.match(text, /^- Quarantined files: `could not be read`$/m);
    assert.match(text, /requests: could not be read; this window polls: yes/);
  });

  it('says that what fails could not be read', async () => {
    const text = await report({
      files: new MemoryFileSystem(() => Promise.reject(new Error('EIO'))),
      source: { budgetOf: () => Promise.reject(new Error('no keys')) },
    });
    assert.match(text, /^- Segments: `could not be read`$/m);
    assert.match(text, /requests: could not be read/);
  });
});

/**
 * Opens what version 0.1.0 left on disk (test/fixtures/state-0.1.0) and expects that nothing is lost, and that what is
 * written back has the names of that version. Each of its ids, keys and secrets is invented.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Memento } from 'vscode';
import type { Clock } from '../../../src/base/clock';
import { DAY, MINUTE } from '../../../src/base/time-units';
import { limitJob, readJob } from '../../../src/cloud/api/job-schema';
import { SignInFailures } from '../../../src/credentials/refusals/sign-in-failures';
import { KeyTrials } from '../../../src/credentials/refusals/key-trials';
import { KeyHash } from '../../../src/credentials/secrets/key-hash';
import { requestBudgets } from '../../../src/jobs/budget/shared-request-budget';
import { FollowedProjects } from '../../../src/jobs/discovery/followed-projects';
import { EndingAnnouncer } from '../../../src/jobs/endings/ending-announcer';
import { jobKey } from '../../../src/jobs/model/job-reference';
import type { TrackedJob } from '../../../src/jobs/model/tracked-job';
import { PollingPause } from '../../../src/jobs/polling/polling-pause';
import { EndingClaims } from '../../../src/jobs/store/ending-claims';
import { JobDirectory } from '../../../src/jobs/store/job-directory';
import { JobMover } from '../../../src/jobs/store/segments/job-mover';
import { JobStore } from '../../../src/jobs/store/job-store';
import { Lease } from '../../../src/storage/lease';
import { RecentlyRemovedJobs } from '../../../src/ui/tracking/recently-removed-jobs';
import { asStorage, FOLDER, Windows } from '../../support/credentials/windows';
import { settle, whileTimePasses } from '../../support/fake-clock';

const FIXTURE = path.join('test', 'fixtures', 'state-0.1.0');
const endpoint = 'https://elb.cn-north-4.myhuaweicloud.com';
/** The age of the state when it was written, on a clock that began with 2026. */
const AGE_MS = 13 * MINUTE + 1000;
const START = Date.UTC(2026, 0, 1);

const at = (minutes: number) => START + minutes * MINUTE;
const project = (digit: number) => `0123456789abcdef0123456789abcde${digit}`;
const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const referenceOf = (number: number) => ({ endpoint, projectId: project(0), jobId: id(number) });
const keyOf = (number: number) => jobKey(referenceOf(number));
const jsonIn = (text: string | undefined): unknown => JSON.parse(text ?? '{}');
/** As JSON has it: without fields that are undefined. */
const asJson = (value: unknown): unknown => jsonIn(JSON.stringify(value));

function lost(kind: string, code: string, message: string, requestId: string, httpStatus = 404) {
  return { kind, httpStatus, code, message, requestId };
}

/** Each tracked job, but for what the service sent. */
const JOBS: ReadonlyMap<number, object> = new Map([
  [
    1,
    {
      trackedAt: at(0),
      history: [
        { at: at(0), status: 'INIT' },
        { at: at(1), status: 'RUNNING' },
        { at: at(1), status: 'SUCCESS', subJobId: id(101) },
        { at: at(1), status: 'RUNNING', subJobId: id(102) },
      ],
      requestId: 'request-1b',
      answeredAt: at(1),
      changedAt: at(1),
    },
  ],
  [
    2,
    {
      trackedAt: at(1),
      aliases: [id(202)],
      history: [
        { at: at(1), status: 'RUNNING' },
        { at: at(2), status: 'FAIL' },
        { at: at(2), status: 'FAIL', subJobId: id(201) },
      ],
      requestId: 'request-2b',
      answeredAt: at(2),
      changedAt: at(2),
      endingNumber: 1,
      ending: { status: 'FAIL', noticedAt: at(2) },
    },
  ],
  [
    3,
    {
      trackedAt: at(2),
      history: [
        { at: at(2), status: 'RUNNING' },
        { at: at(3), status: 'COMPLETE' },
      ],
      requestId: 'request-3',
      answeredAt: at(3),
      changedAt: at(3),
      endingNumber: 1,
      seenEnding: 1,
      ending: { status: 'COMPLETE', noticedAt: at(3) },
    },
  ],
  [
    4,
    {
      trackedAt: at(3),
      history: [
        { at: at(3), status: 'RUNNING' },
        { at: at(4), status: 'SUCCESS' },
      ],
      requestId: 'request-4',
      answeredAt: at(4),
      changedAt: at(4),
      endingNumber: 1,
      ending: { status: 'SUCCESS', noticedAt: at(4) },
    },
  ],
  [
    5,
    {
      trackedAt: at(4),
      history: [
        { at: at(4), status: 'FAIL' },
        { at: at(5), status: 'ROLLBACKING' },
        { at: at(6), status: 'ROLLBACK_FAIL' },
      ],
      requestId: 'request-5-ROLLBACK_FAIL',
      answeredAt: at(6),
      changedAt: at(6),
      endingNumber: 2,
      seenEnding: 1,
      ending: { status: 'ROLLBACK_FAIL', noticedAt: at(6) },
    },
  ],
  [
    6,
    {
      trackedAt: at(7),
      history: [{ at: at(7), status: 'RUNNING' }],
      answeredAt: at(7),
      label: 'Night change 夜间变更',
      muted: true,
    },
  ],
  [
    7,
    {
      trackedAt: at(7),
      pollFailure: {
        since: at(7),
        attempts: 4,
        error: lost('not-found', 'ELB.8904', 'Job not found.', 'request-7-3'),
      },
    },
  ],
  [
    8,
    {
      trackedAt: at(11),
      history: [{ at: at(11), status: 'RUNNING' }],
      requestId: 'request-8a',
      answeredAt: at(11),
      pollFailure: {
        since: at(12),
        attempts: 1,
        error: lost('no-longer-kept', 'ELB.8904', 'Job not found.', 'request-8b'),
      },
    },
  ],
  [
    9,
    {
      trackedAt: at(12),
      pollFailure: {
        since: at(12),
        attempts: 1,
        error: lost('forbidden', 'ELB.1101', 'No permission.', 'request-9', 403),
      },
    },
  ],
  [10, { trackedAt: at(12), pollWantedAt: at(12) }],
  [11, { trackedAt: at(12) }],
  // Written by the version before 0.1.0, whose endings had all been announced.
  [
    12,
    {
      trackedAt: at(-10),
      aliases: [id(1212)],
      requestId: 'request-12',
      answeredAt: at(50),
      changedAt: at(50),
      endingNumber: 1,
      seenEnding: 1,
      ending: { status: 'FAIL', noticedAt: at(50) },
    },
  ],
]);

const UNLESS_GIVEN = { aliases: [], history: [], endingNumber: 0, seenEnding: 0, muted: false };

function laterBy(durationMs: number, clock: Clock): Clock {
  return {
    now: () => clock.now() + durationMs,
    elapsed: () => clock.elapsed(),
    schedule: (delayMs, callback) => clock.schedule(delayMs, callback),
  };
}

describe('the state that version 0.1.0 left', () => {
  let windows: Windows;

  beforeEach(async () => {
    windows = new Windows();
    await windows.clock.advance(AGE_MS);
    const folder = path.join(FIXTURE, 'global-storage');
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = path.join(entry.parentPath, entry.name);
      await windows.files.replace(path.posix.join(FOLDER, path.relative(folder, file)), readFileSync(file, 'utf8'));
    }
    const secrets = jsonIn(readFileSync(path.join(FIXTURE, 'secret-storage.json'), 'utf8')) as Record<string, string>;
    for (const [name, value] of Object.entries(secrets)) windows.secrets.values.set(name, value);
  });

  /** The services that all parts of a window share. */
  function newWindow() {
    const { files, clock, log } = windows;
    return { files, clock, log, directory: FOLDER, owner: 'window-of-today', readJob };
  }

  const onQuarantine = (file: string) => assert.fail(`${file} was quarantined`);

  async function openStore(): Promise<JobStore> {
    const store = new JobStore(new JobDirectory({ ...newWindow(), onQuarantine }), windows.log);
    await store.open();
    return store;
  }

  /** Long after the last ending. */
  function newMover() {
    const clock = laterBy(3 * DAY, windows.clock);
    const parts = { ...newWindow(), clock, onQuarantine, limitJob, minJobs: 5 };
    const directory = new JobDirectory(parts);
    return { directory, mover: new JobMover(parts, directory.ended) };
  }

  const contentOf = (...names: readonly string[]) => windows.files.files.get(path.posix.join(FOLDER, ...names));
  const jobFile = (number: number) => contentOf('jobs', `${keyOf(number)}.json`);

  it('has each tracked job, with each field', async () => {
    const store = await openStore();
    assert.equal(store.all().size, JOBS.size);
    for (const [number, fields] of JOBS) {
      const { job, ...tracked } = store.get(keyOf(number)) ?? assert.fail(`job ${number} was lost`);
      assert.deepEqual(asJson(tracked), { reference: referenceOf(number), ...UNLESS_GIVEN, ...fields });
      assert.deepEqual(job?.raw, (jsonIn(jobFile(number)) as { job?: object }).job, `what was sent of job ${number}`);
    }
    const running = store.get(keyOf(1))?.job;
    assert.deepEqual(
      [running?.status, running?.jobType, running?.beginTime, running?.subJobs.map(({ jobId }) => jobId)],
      ['RUNNING', 'cloneLoadbalancer', at(-10), [id(101), id(102)]],
    );
    assert.equal(store.find(referenceOf(202)), keyOf(2), 'by its alias');
    assert.deepEqual(windows.log.lines, []);
  });

  it('has each ended job after it moved to a segment, and each other job in its file', async () => {
    const { mover, directory } = newMover();
    const before = new Map<string, unknown>();
    for (const number of JOBS.keys()) before.set(keyOf(number), asJson(await directory.read(keyOf(number))));
    const store = await openStore();
    await whileTimePasses(windows.clock, mover.moveJobs(store.all()));
    const moved = [...JOBS.keys()].filter((number) => jobFile(number) === undefined);
    assert.deepEqual(moved, [2, 3, 4, 5, 12]);
    const reader = newMover().directory;
    for (const number of JOBS.keys()) {
      assert.deepEqual(asJson(await reader.read(keyOf(number))), before.get(keyOf(number)), `job ${number}`);
      assert.equal(await whileTimePasses(windows.clock, reader.claims.claim(keyOf(number), 1)), number === 4);
    }
    assert.deepEqual([...(await openStore()).all().keys()].sort(), [...before.keys()].sort());
    assert.deepEqual(windows.log.lines, []);
  });

  it('has jobs that are written back with the field names of that version', async () => {
    const store = await openStore();
    for (const number of JOBS.keys()) {
      const before = jsonIn(jobFile(number)) as object;
      store.rename(keyOf(number), 'Renamed');
      await store.flush();
      const added = 'history' in before ? {} : { version: 2, history: [], seenEnding: 1, muted: false };
      assert.deepEqual(jsonIn(jobFile(number)), { ...before, ...added, label: 'Renamed' });
    }
    store.applyError(keyOf(11), { kind: 'forbidden', httpStatus: 403 }, at(20));
    store.requestPolls([keyOf(11)], at(21));
    await store.flush();
    const { difficulty, lookWantedAt } = jsonIn(jobFile(11)) as Record<string, unknown>;
    assert.deepEqual(difficulty, { error: { kind: 'forbidden', httpStatus: 403 }, since: at(20), attempts: 1 });
    assert.equal(lookWantedAt, at(21));
  });

  it('has the claims of announced endings, so that only the one not announced is announced', async () => {
    const claims = new EndingClaims(newWindow());
    const isClaimed = await claims.readAll();
    const claimed = [...JOBS.keys()].flatMap((number) =>
      [1, 2, 3].filter((ending) => isClaimed(keyOf(number), ending)).map((ending) => `${number}.${ending}`),
    );
    assert.deepEqual(claimed, ['2.1', '3.1', '5.1', '5.2', '12.1']);
    assert.equal(await claims.claim(keyOf(2), 1), false);
    const announced: string[] = [];
    const store = await openStore();
    const { clock, log } = windows;
    const announcer = new EndingAnnouncer(
      {
        ...{ store, claims, clock, log },
        isFocused: () => true,
        isWindowAlive: () => Promise.resolve(true),
        isPolling: () => true,
        merged: () => Promise.resolve(),
      },
      (endings) => announced.push(...endings.map(({ tracked }) => tracked.reference.jobId)),
    );
    await announcer.catchUp();
    await clock.advance(MINUTE);
    announcer.dispose();
    assert.deepEqual(announced, [id(4)]);
    assert.ok(contentOf('announced', `${keyOf(4)}.1`) !== undefined);
    await store.untrack([keyOf(5)]);
    assert.deepEqual(
      [...windows.files.files.keys()].filter((file) => file.includes(keyOf(5))),
      [],
      'and none is left of a removed job',
    );
  });

  it('has each followed project, written back with the field names of that version', async () => {
    const followed = new FollowedProjects({ ...newWindow(), skewOf: () => 0, onQuarantine });
    await followed.readAgain();
    const full = { endpoint, projectId: project(0) };
    const refused = { endpoint, projectId: project(1) };
    const byProject = new Map(followed.all().map((each) => [each.projectId, asJson(each)]));
    assert.deepEqual(byProject.get(project(0)), {
      ...full,
      since: at(12),
      listedAt: at(42),
      notBefore: at(-10),
      dismissedJobs: [
        { id: id(13), begin: at(12) },
        { id: id(1313), begin: at(12) },
      ],
      listWantedAt: at(12) + 1,
      focusedAt: at(12) + 2,
    });
    assert.deepEqual(byProject.get(project(1)), {
      ...refused,
      since: at(12),
      listedAt: at(12),
      dismissedJobs: [],
      refused: 'forbidden',
    });
    assert.equal(followed.all().length, 2);
    for (const each of [full, refused]) {
      const name = [...windows.files.files.keys()].find(
        (file) =>
          file.startsWith(path.posix.join(FOLDER, 'follow')) && windows.files.files.get(file)?.includes(each.projectId),
      );
      const before = jsonIn(windows.files.files.get(name ?? '')) as object;
      await followed.change(each, (following) => ({ ...following, listedAt: at(99) }));
      assert.deepEqual(jsonIn(windows.files.files.get(name ?? '')), { ...before, listedAt: at(99) });
    }
    await followed.dismiss(
      [{ reference: { ...refused, jobId: id(99) }, aliases: [] } as unknown as TrackedJob],
      at(13),
    );
    await followed.change(refused, (following) => ({ ...following, listWantedAt: at(14), focusedAt: at(15) }));
    const [written] = [...windows.files.files].filter(([, text]) => text.includes(id(99)));
    const { passedOver, lookWantedAt, attendedAt } = jsonIn(written?.[1]) as Record<string, unknown>;
    assert.deepEqual([passedOver, lookWantedAt, attendedAt], [[{ id: id(99), begin: at(13) }], at(14), at(15)]);
  });

  it('has a profile for each kind of credential, in the same order and with the same values', async () => {
    const { credentials } = await windows.open();
    const saved = credentials.all().map(({ refusal, ...profile }) => asJson(profile));
    assert.deepEqual(saved, (jsonIn(contentOf('profiles.json')) as { profiles: unknown[] }).profiles);
    const source = (digit: number) => credentials.profileOf({ endpoint, projectId: project(digit) })?.source;
    const iamEndpoint = 'https://iam.cn-north-4.myhuaweicloud.com';
    assert.deepEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].map(source), [
      { kind: 'stored' },
      { kind: 'stored' },
      { kind: 'token' },
      { kind: 'password', iamEndpoint, domain: 'company', user: 'engineer' },
      { kind: 'environment', family: 'huaweicloud-sdk' },
      { kind: 'environment', family: 'cloud-sdk' },
      { kind: 'environment', family: 'terraform' },
      { kind: 'sdk-file', file: '/home/engineer/.huaweicloud/credentials', section: 'basic' },
      { kind: 'koocli', file: '/home/engineer/.hcloud/config.json', profile: 'default' },
    ]);
    const { name, region, projectName, isDefault, verifiedAt, accessKeyStart } = credentials.all()[0] ?? assert.fail();
    assert.deepEqual(
      [name, region, projectName, isDefault, verifiedAt, accessKeyStart],
      ['Production', 'cn-north-4', 'cn-north-4', true, at(12), 'AKFI'],
    );
  });

  it('has the secrets of its profiles, and the refusals of three credentials', async () => {
    windows.environment = { HUAWEICLOUD_SDK_AK: 'AKFIXTURESDK00000000', HUAWEICLOUD_SDK_SK: 'fixture-environment' };
    const { credentials } = await windows.open();
    const credentialOf = async (digit: number) => {
      const result = await credentials.credentialFor({ endpoint, projectId: project(digit) });
      return result.ok ? result.credential : result.error;
    };
    assert.deepEqual(await credentialOf(0), { accessKey: 'AKFIXTURE00000000000', secretKey: 'fixture-0' });
    assert.deepEqual(await credentialOf(3), { token: 'fixture-token-3', expiresAt: at(12) + 24 * 60 * MINUTE });
    const ofKey = {
      kind: 'authentication',
      httpStatus: 401,
      code: 'APIGW.0301',
      message: 'Incorrect IAM authentication information: verify aksk signature fail',
      requestId: 'request-r1',
      reason: 'wrong-signature',
    };
    const ofProject = {
      kind: 'gateway-forbidden',
      httpStatus: 403,
      code: 'APIGW.0302',
      message: 'The IAM user is not allowed to access the API',
      requestId: 'request-r2',
    };
    const ofClock = {
      kind: 'clock-skew',
      httpStatus: 401,
      code: 'APIGW.0301',
      requestId: 'request-r3',
      clockSkew: -60 * MINUTE,
    };
    for (const [digit, error] of [[1, ofKey] as const, [2, ofProject] as const, [4, ofClock] as const]) {
      assert.deepEqual(await credentialOf(digit), error);
      const { refusal } = credentials.profileOf({ endpoint, projectId: project(digit) }) ?? assert.fail();
      assert.deepEqual(refusal, { at: at(13), error });
    }
  });

  it('has the trial of a key that got no response', async () => {
    const window = newWindow();
    const trials = new KeyTrials({ ...window, failures: new SignInFailures(window) });
    const [name = ''] = [...windows.files.files.keys()].filter(
      (file) => path.dirname(file) === path.posix.join(FOLDER, 'trials'),
    );
    const use = { keyHash: path.basename(name), account: 'a'.repeat(32) };
    const attempt = () =>
      trials.run(use, {
        send: () => Promise.resolve('sent'),
        check: () => Promise.resolve(undefined),
        resultOf: () => 'unknown',
        postpone: () => 'postponed',
      });
    assert.deepEqual([await attempt(), await attempt(), await attempt()], ['sent', 'sent', 'postponed']);
  });

  it('has the budget that was used and lowered, under the name of the same caller', async () => {
    const secrets = asStorage(windows.secrets);
    const caller = { accessKey: 'AKFIXTURE00000000000', secretKey: 'another' };
    const name = await new KeyHash({ ...newWindow(), secrets }).ofCaller(endpoint, caller);
    const budget = requestBudgets({ ...newWindow(), limit: () => 100 })(name);
    assert.equal(await budget.take(3), 0);
    assert.ok((await budget.take(1)) > 0, 'five of ten are used: the others are spread over time');
    const now = windows.clock.elapsed();
    assert.deepEqual(jsonIn(contentOf('budgets', `${name}.json`)), {
      taken: [780_000, 781_000, now, now, now],
      lowered: { limit: 10, at: 780_000 },
    });
  });

  it('has the pause, the notification that was shown, and the leases', async () => {
    const pause = new PollingPause(newWindow());
    await pause.open();
    assert.equal(pause.isPaused, true);
    await pause.resume();
    assert.equal(contentOf('paused'), undefined);
    pause.dispose();
    const [first, second] = (await windows.open()).credentials.all().map((profile) => profile.id);
    assert.ok(first !== undefined && second !== undefined);
    const notice = `expiry-${first}-${at(12) + 24 * 60 * MINUTE}`;
    assert.equal(contentOf('notices', notice), 'window-of-0.1.0');
    const leaseOf = (name: string) => new Lease({ ...newWindow(), directory: path.posix.join(FOLDER, 'leases'), name });
    const [held, released] = [leaseOf(first), leaseOf(second)];
    assert.equal(await held.isHeldByOther(), true);
    assert.equal(await held.tryHold(), false);
    assert.equal(await released.isHeldByOther(), false);
    assert.equal(await released.tryHold(), true);
    await released.release();
    await settle();
    assert.equal(contentOf('leases', `${second}.2`), '{"owner":null}\n');
  });

  it('has the jobs that were removed from the list lately', async () => {
    const state = jsonIn(readFileSync(path.join(FIXTURE, 'global-state.json'), 'utf8')) as Record<string, unknown>;
    const memento = {
      get: (name: string) => state[name],
      update: (name: string, value: unknown) => {
        state[name] = value;
        return Promise.resolve();
      },
      keys: () => Object.keys(state),
    };
    const removed = new RecentlyRemovedJobs(memento as Memento, windows.log);
    const known = {
      reference: referenceOf(13),
      label: 'Removed',
      jobType: 'cloneLoadbalancer',
      status: 'COMPLETE',
      muted: true,
      stoppedAt: at(12),
    };
    assert.deepEqual(removed.all(), [known]);
    await removed.add([{ ...UNLESS_GIVEN, reference: referenceOf(14), trackedAt: at(12) }], at(13));
    assert.deepEqual(asJson(state), {
      'elbJobs.stoppedJobs': [{ reference: referenceOf(14), muted: false, stoppedAt: at(13) }, known],
    });
  });
});

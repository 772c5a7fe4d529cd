import assert from 'node:assert/strict';
import type { HttpResponse, HttpRequest } from '../../../src/cloud/http/transport';
import { settle } from '../../support/fake-clock';
import { LARGE_LISTS } from '../../support/hostile/large-lists';
import { reference } from '../../support/samples';
import { type Window, Windows, STORED } from '../../support/credentials/windows';
import { MINUTE } from '../../../src/base/time-units';

const key = { accessKey: 'AKIDPLANTED0000001', secretKey: 'sk-planted' };
const { endpoint, projectId } = reference;
const otherProject = projectId.replace('7', '8');
const JOB: HttpResponse = { status: 200, headers: {}, body: '{"job":{}}' };

const refusal = (status: number, code: string): HttpResponse => ({
  status,
  headers: {},
  body: JSON.stringify({ error_code: code, error_msg: 'No.' }),
});

function page(jobs: number, nextMarker?: string): HttpResponse {
  const body = { jobs: Array.from({ length: jobs }, () => ({})), page_info: { next_marker: nextMarker } };
  return { status: 200, headers: {}, body: JSON.stringify(body) };
}

describe('a request with a credential', () => {
  let sent: URL[];
  let inFlight: number;
  let maxInFlight: number;
  let serve: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;
  let windows: Windows;

  beforeEach(() => {
    sent = [];
    inFlight = 0;
    maxInFlight = 0;
    serve = () => JOB;
    windows = new Windows(async (request) => {
      sent.push(new URL(request.url));
      inFlight += 1;
      maxInFlight = Math.max(maxInFlight, inFlight);
      await settle();
      const value = await serve(request);
      inFlight -= 1;
      return { ok: true, value };
    });
  });

  async function openSignedIn(...projects: readonly string[]): Promise<Window> {
    const window = await windows.open();
    for (const each of projects)
      await window.credentials.profiles.add({ endpoint, projectId: each, source: STORED, credential: key });
    return window;
  }

  const list = ({ source }: Window, signal = new AbortController().signal) =>
    source.listJobs(reference, { beginTime: Date.UTC(2026, 0, 1) }, signal);

  it('that was accepted long ago is sent alone, since the computer may have slept', async () => {
    const { poll } = await openSignedIn(projectId);
    const pollThrice = async () => {
      maxInFlight = 0;
      await Promise.all([poll(reference), poll(reference), poll(reference)]);
    };
    await poll(reference);
    await pollThrice();
    assert.equal(maxInFlight, 1, 'accepted lately, and still one request at a time');
    await windows.clock.advance(60 * MINUTE);
    maxInFlight = 0;
    const polls = [poll(reference), poll(reference), poll(reference)];
    while (sent.length < 5) await settle();
    assert.equal(maxInFlight, 1, 'the others wait for the first response');
    await Promise.all(polls);
    await windows.clock.advance(MINUTE);
    windows.clock.setBack(60 * MINUTE);
    const before = sent.length;
    const afterSetBack = [poll(reference), poll(reference)];
    while (sent.length === before) await settle();
    assert.equal(sent.length, before + 1, 'after the clock was set back, the age is not known');
    await Promise.all(afterSetBack);
  });

  it('that is refused from now on is refused once per window', async () => {
    const { poll } = await openSignedIn(projectId);
    await poll(reference);
    serve = () => refusal(401, 'APIGW.0301');
    const polls = await Promise.all(Array.from({ length: 8 }, () => poll(reference)));
    assert.deepEqual(new Set(polls), new Set(['authentication']));
    assert.equal(sent.length, 1 + 1);
  });

  it('that was not accepted yet is sent by one window at a time', async () => {
    const all = [await openSignedIn(projectId, otherProject), await windows.open(), await windows.open()];
    const polls = all.map(({ poll }, index) =>
      poll({ ...reference, projectId: index === 1 ? otherProject : projectId }),
    );
    assert.deepEqual(await windows.whileTimePasses(Promise.all(polls)), ['ok', 'ok', 'ok']);
    assert.deepEqual([sent.length, maxInFlight], [3, 1]);
  });

  it('is sent even if the windows share no files', async () => {
    const { poll, source } = await openSignedIn(projectId);
    windows.isBroken = true;
    assert.equal(await poll(reference), 'ok');
    assert.equal(await (await source.budgetOf(reference)).take(), 0);
  });

  it('has an obstacle that names the reason', async () => {
    serve = () => refusal(401, 'APIGW.0301');
    const { source, poll } = await openSignedIn(projectId);
    assert.equal((await source.obstacleFor({ endpoint, projectId: otherProject }))?.kind, 'signed-out');
    assert.equal(await source.obstacleFor(reference), undefined);
    await poll(reference);
    const obstacle = await source.obstacleFor(reference);
    assert.ok(obstacle !== undefined && 'code' in obstacle);
    assert.equal(obstacle.code, 'APIGW.0301');
    windows.secrets.values.clear();
    assert.equal((await source.obstacleFor(reference))?.kind, 'keys-lost');
    windows.secrets.fails = true;
    assert.equal((await source.obstacleFor(reference))?.kind, 'keys-unreadable');
    assert.equal(sent.length, 1);
  });

  describe('for all jobs', () => {
    it('returns all pages', async () => {
      serve = () => [page(2000, 'm1'), page(2000, 'm2'), page(3, 'm3')][sent.length - 1] ?? page(0);
      const result = await list(await openSignedIn(projectId));
      assert.ok(result.ok);
      assert.deepEqual([result.value.jobs.length, sent.length], [4003, 4]);
      assert.deepEqual(
        sent.map(({ searchParams }) => searchParams.get('marker')),
        [null, 'm1', 'm2', 'm3'],
      );
      for (const { searchParams } of sent) assert.equal(searchParams.get('begin_time'), '2026-01-01T00:00:00');
    });

    for (const { name, page: pageAt, requests, jobs } of LARGE_LISTS.inputs) {
      it(`stops within its limits, and does not take the list for complete: ${name}`, async () => {
        serve = () => pageAt(sent.length - 1);
        const window = await openSignedIn(projectId);
        const result = await windows.whileTimePasses(list(window));
        assert.ok(result.ok);
        assert.deepEqual([sent.length, result.value.jobs.length, result.value.isIncomplete], [requests, jobs, true]);
        for (const { href } of sent) assert.ok(href.length < 1000);
      });
    }

    it('ends when a marker is repeated', async () => {
      serve = () => page(2000, 'm1');
      const result = await list(await openSignedIn(projectId));
      assert.ok(result.ok);
      assert.equal(result.value.isIncomplete, true);
      assert.deepEqual([result.value.jobs.length, sent.length], [4000, 2]);
    });

    it('takes each page but the first from the budget, and waits for it', async () => {
      const window = await openSignedIn(projectId);
      const budget = await window.source.budgetOf(reference);
      assert.equal(await budget.take(5), 0);
      serve = () => (sent.length === 1 ? page(2000, 'm1') : page(1));
      const before = windows.clock.elapsed();
      const result = await windows.whileTimePasses(list(window));
      assert.ok(result.ok);
      assert.ok(windows.clock.elapsed() - before > 30_000);
      const [, counted] = [...windows.files.files].find(([name]) => name.includes('budgets')) ?? [];
      assert.equal((JSON.parse(counted ?? '') as { taken: number[] }).taken.length, 6);
    });

    it('stops waiting for the budget when it is aborted', async () => {
      const window = await openSignedIn(projectId);
      await (await window.source.budgetOf(reference)).take(10);
      serve = () => page(2000, 'm1');
      const abort = new AbortController();
      const listing = list(window, abort.signal);
      while (windows.clock.pendingTimers === 0) await settle();
      abort.abort();
      const result = await listing;
      assert.deepEqual([!result.ok && result.error.kind, sent.length], ['cancelled', 1]);
      assert.equal(windows.clock.pendingTimers, 0);
    });

    it('stops no credential if only listing is forbidden or not offered', async () => {
      const window = await openSignedIn(projectId);
      for (const [answer, kind] of [
        [refusal(403, 'APIGW.0302'), 'gateway-forbidden'],
        [refusal(403, 'ELB.1101'), 'forbidden'],
        [refusal(404, 'APIGW.0101'), 'api-absent'],
      ] as const) {
        serve = () => answer;
        const result = await list(window);
        assert.equal(!result.ok && result.error.kind, kind);
        assert.equal(await window.source.obstacleFor(reference), undefined);
      }
    });

    it('stops a credential that is refused', async () => {
      serve = () => refusal(401, 'APIGW.0301');
      const window = await openSignedIn(projectId, otherProject);
      const result = await list(window);
      assert.equal(!result.ok && result.error.kind, 'authentication');
      assert.equal(await window.poll({ ...reference, projectId: otherProject }), 'authentication');
      assert.equal(sent.length, 1);
    });

    it('does not continue with a key that was changed or refused between two pages', async () => {
      const window = await openSignedIn(projectId);
      serve = async () => {
        await window.credentials.profiles.add({
          endpoint,
          projectId,
          source: STORED,
          credential: { ...key, secretKey: 'sk-other' },
        });
        return page(2000, 'm1');
      };
      const changed = await list(window);
      assert.deepEqual([!changed.ok && changed.error.kind, sent.length], ['cancelled', 1]);
      serve = async () => {
        const present = await window.credentials.credentialFor(reference);
        assert.ok(present.ok);
        await window.credentials.refuse(present, { kind: 'authentication' });
        return page(2000, 'm1');
      };
      const refused = await list(window);
      assert.deepEqual([!refused.ok && refused.error.kind, sent.length], ['authentication', 2]);
    });
  });

  describe('is counted', () => {
    it('together with others of the same key and endpoint, in all projects and windows, also after its secret was renewed', async () => {
      const { source, credentials } = await openSignedIn(projectId, otherProject);
      const budget = await source.budgetOf(reference);
      assert.equal(budget, await source.budgetOf({ endpoint, projectId: otherProject }));
      assert.equal(await budget.take(10), 0);
      await credentials.profiles.add({
        endpoint,
        projectId,
        source: STORED,
        credential: { ...key, secretKey: 'sk-renewed' },
      });
      assert.equal(budget, await source.budgetOf(reference));
      const other = await windows.open();
      assert.ok((await (await other.source.budgetOf(reference)).take()) > 0);
    });

    it('separately for another key or another endpoint', async () => {
      const { source, credentials } = await openSignedIn(projectId);
      await (await source.budgetOf(reference)).take(10);
      const elsewhere = { endpoint: 'https://elb.eu-west-101.myhuaweicloud.eu', projectId };
      await credentials.profiles.add({ ...elsewhere, source: STORED, credential: key });
      assert.equal(await (await source.budgetOf(elsewhere)).take(), 0);
      await credentials.profiles.add({
        endpoint,
        projectId,
        source: STORED,
        credential: { ...key, accessKey: 'ANOTHER' },
      });
      assert.equal(await (await source.budgetOf(reference)).take(), 0);
    });
  });
});

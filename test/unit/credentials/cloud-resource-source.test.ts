import assert from 'node:assert/strict';
import type { HttpRequest, HttpResponse } from '../../../src/cloud/http/transport';
import { failure, type Result } from '../../../src/cloud/http/error';
import { MINUTE } from '../../../src/base/time-units';
import { STORED, type Window, Windows } from '../../support/credentials/windows';
import { settle } from '../../support/fake-clock';
import { reference } from '../../support/samples';

const key = { accessKey: 'AKIDPLANTED0000001', secretKey: 'sk-planted' };
const { endpoint, projectId } = reference;
const project = { endpoint, projectId };
const otherProject = projectId.replace('7', '8');
const ID = '9f5b432c-987e-4777-a1bc-6642be4b2b50';

const RESOURCE = { id: ID, name: 'prod-api', provisioning_status: 'UPGRADED' };
const ALL: HttpResponse = {
  status: 200,
  headers: {},
  body: JSON.stringify({
    job: {},
    loadbalancers: [RESOURCE],
    listeners: [RESOURCE],
    quotas: [{ quota_key: 'loadbalancer', quota_limit: 50, used: 50, unit: 'count' }],
  }),
};

const answer = (status: number, body: string): HttpResponse => ({ status, headers: {}, body });
const refusal = (status: number, code: string, message = 'No.') =>
  answer(status, JSON.stringify({ error_code: code, error_msg: message }));

type LookUp = (window: Window, signal: AbortSignal) => Promise<Result<unknown, { readonly kind: string }>>;

const LOOK_UPS = {
  'load balancers': ({ resources }: Window, signal: AbortSignal) =>
    resources.listResources(project, 'loadbalancer', [ID], signal),
  listeners: ({ resources }: Window, signal: AbortSignal) => resources.listResources(project, 'listener', [ID], signal),
  quotas: ({ resources }: Window, signal: AbortSignal) => resources.listQuotas(project, ['loadbalancer'], signal),
  'the recycle bin': ({ resources }: Window, signal: AbortSignal) => resources.listRecycleBin(project, [ID], signal),
} satisfies Record<string, LookUp>;

describe('a look-up of resources', () => {
  let sent: URL[];
  let serve: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;
  let windows: Windows;

  beforeEach(() => {
    sent = [];
    serve = () => ALL;
    windows = new Windows(async (request) => {
      sent.push(new URL(request.url));
      await settle();
      return { ok: true, value: await serve(request) };
    });
  });

  const { signal } = new AbortController();

  async function openSignedIn(...projects: readonly string[]): Promise<Window> {
    const window = await windows.open();
    for (const each of projects)
      await window.credentials.profiles.add({ endpoint, projectId: each, source: STORED, credential: key });
    return window;
  }

  const lookUp = async (window: Window, what: keyof typeof LOOK_UPS = 'load balancers') => {
    const send: LookUp = LOOK_UPS[what];
    const result = await windows.whileTimePasses(send(window, signal));
    return result.ok ? 'ok' : result.error.kind;
  };

  it('returns what exists, and that only', async () => {
    const { resources } = await openSignedIn(projectId);
    const found = { id: ID, name: 'prod-api', provisioningStatus: 'UPGRADED' };
    for (const type of ['loadbalancer', 'listener'] as const) {
      const result = await resources.listResources(project, type, [ID, 'other'], signal);
      assert.ok(result.ok);
      assert.deepEqual(JSON.parse(JSON.stringify(result.value)), [{ ...found, type }]);
    }
    assert.deepEqual(await resources.listRecycleBin(project, [ID, 'other'], signal), { ok: true, value: [ID] });
    assert.deepEqual(await resources.listQuotas(project, ['loadbalancer', 'listener'], signal), {
      ok: true,
      value: [{ key: 'loadbalancer', limit: 50, used: 50, unit: 'count' }],
    });
    assert.deepEqual(
      sent.map(({ pathname }) => pathname.split('/elb/')[1]),
      ['loadbalancers', 'listeners', 'recycle-bin/loadbalancers', 'quotas/details'],
    );
  });

  it('is not sent without credentials, or after it was aborted', async () => {
    const signedOut = await windows.open();
    assert.equal(await lookUp(signedOut), 'signed-out');
    assert.equal(await signedOut.resources.callerOf(project), undefined);
    const window = await openSignedIn(projectId);
    const result = await window.resources.listQuotas(project, ['loadbalancer'], AbortSignal.abort());
    assert.equal(!result.ok && result.error.kind, 'cancelled');
    windows.secrets.values.clear();
    assert.equal(await lookUp(window), 'keys-lost');
    assert.deepEqual(sent, []);
  });

  for (const what of Object.keys(LOOK_UPS) as (keyof typeof LOOK_UPS)[]) {
    describe(`for ${what}`, () => {
      const stopping: readonly (readonly [string, HttpResponse, string])[] = [
        ['401 of the gateway', refusal(401, 'APIGW.0301'), 'authentication'],
        ['401 without a body', answer(401, ''), 'authentication'],
        [
          '401 of a locked key',
          refusal(401, 'APIGW.0301', 'AK access failed to reach the limit,forbidden'),
          'locked-out',
        ],
        ['401 of an expired token', refusal(401, 'APIGW.0307'), 'token-expired'],
        ['401 of an unverified account', refusal(401, 'ELB.1109'), 'authentication'],
        ['401 of a signature without a known time', refusal(401, 'APIGW.0301', 'signature expired'), 'clock-skew'],
      ];

      for (const [name, response, kind] of stopping) {
        it(`stops the credential in all windows and projects: ${name}`, async () => {
          const window = await openSignedIn(projectId, otherProject);
          serve = () => response;
          assert.equal(await lookUp(window, what), kind);
          const requests = sent.length;
          serve = () => ALL;
          for (const each of [window, await windows.open()]) {
            assert.equal(await lookUp(each, what), kind);
            assert.equal(await each.poll(reference), kind);
            assert.equal(await each.poll({ ...reference, projectId: otherProject }), kind);
            assert.equal((await each.source.obstacleFor(project))?.kind, kind);
          }
          assert.equal(sent.length, requests, 'no more request is sent with it');
          assert.equal(window.credentials.profileOf(project)?.refusal?.error.kind, kind);
        });
      }

      const harmless: readonly (readonly [string, HttpResponse, string])[] = [
        ['403 of ELB', refusal(403, 'ELB.9802'), 'forbidden'],
        ['403 of an identity policy', refusal(403, 'PAP5.0001'), 'forbidden'],
        ['403 of the gateway', refusal(403, 'APIGW.0302'), 'gateway-forbidden'],
        ['403 of the gateway for an address', refusal(403, 'APIGW.0402'), 'gateway-forbidden'],
        ['403 for a token that ELB cannot read', refusal(403, 'ELB.1102'), 'forbidden'],
        ['404 of the gateway: no such API', refusal(404, 'APIGW.0101'), 'api-absent'],
        ['404 of ELB', refusal(404, 'ELB.8904'), 'not-found'],
        ['400', refusal(400, 'ELB.8902'), 'bad-request'],
        ['404 with a code that means a bad token', refusal(404, 'ELB.1104'), 'forbidden'],
        ['429', refusal(429, 'APIGW.0308'), 'throttled'],
        ['500', refusal(500, 'ELB.8906'), 'server'],
        ['503 of a proxy', answer(503, '<html>'), 'server'],
        ['403 of a proxy', answer(403, '<html>'), 'proxy'],
        ['302', answer(302, ''), 'proxy'],
        ['no JSON', answer(200, '<html>'), 'malformed'],
        ['a list that is a text', answer(200, '{"loadbalancers":"x","listeners":"x","quotas":"x"}'), 'malformed'],
      ];

      for (const [name, response, kind] of harmless) {
        it(`affects no job: ${name}`, async () => {
          const window = await openSignedIn(projectId, otherProject);
          await window.poll(reference);
          serve = () => response;
          // More often than an account may fail.
          for (let count = 0; count < 6; count += 1) assert.equal(await lookUp(window, what), kind);
          serve = () => ALL;
          for (const each of [window, await windows.open()]) {
            assert.equal(await each.source.obstacleFor(project), undefined);
            assert.equal(each.credentials.profileOf(project)?.refusal, undefined);
            assert.equal(await windows.whileTimePasses(each.poll(reference)), 'ok');
            assert.equal(await windows.whileTimePasses(each.poll({ ...reference, projectId: otherProject })), 'ok');
          }
        });
      }
    });
  }

  it('that fails on the network affects no job', async () => {
    windows = new Windows((request) =>
      Promise.resolve(
        request.url.includes('/jobs/')
          ? { ok: true, value: ALL }
          : failure(request.url.includes('listeners') ? 'timeout' : 'network', { code: 'ECONNRESET' }),
      ),
    );
    const window = await openSignedIn(projectId);
    assert.equal(await lookUp(window), 'network');
    assert.equal(await lookUp(window, 'listeners'), 'timeout');
    assert.equal(await window.poll(reference), 'ok');
  });

  it('that is refused for the time of its signature is sent once more, with the right time', async () => {
    const window = await openSignedIn(projectId);
    windows.now = () => windows.clock.now() - 20 * MINUTE;
    const date = { date: new Date(windows.clock.now()).toUTCString() };
    serve = () => (sent.length === 1 ? { ...refusal(401, 'APIGW.0301', 'signature expired'), headers: date } : ALL);
    assert.equal(await lookUp(window), 'ok');
    assert.equal(sent.length, 2);
    assert.equal(await window.poll(reference), 'ok');
    assert.equal(sent.length, 3, 'the next request is signed right at once');
    assert.equal(window.credentials.profileOf(project)?.refusal, undefined);
  });

  it('that is refused for its time again after the correction stops the credential', async () => {
    const window = await openSignedIn(projectId);
    windows.now = () => windows.clock.now() - 20 * MINUTE;
    const date = { date: new Date(windows.clock.now()).toUTCString() };
    serve = () => ({ ...refusal(401, 'APIGW.0301', 'signature expired'), headers: date });
    assert.equal(await lookUp(window), 'clock-skew');
    assert.equal(await lookUp(window), 'clock-skew');
    assert.equal(sent.length, 2);
  });

  it('uses a token that was renewed after its refusal', async () => {
    const window = await windows.open();
    const add = (token: string) =>
      window.credentials.profiles.add({ endpoint, projectId, source: { kind: 'token' }, credential: { token } });
    await add('old');
    serve = ({ headers }) => (headers['X-Auth-Token'] === 'old' ? refusal(401, 'APIGW.0307') : ALL);
    assert.equal(await lookUp(window), 'token-expired');
    await add('new');
    assert.equal(await lookUp(window), 'ok');
    assert.equal(await window.poll(reference), 'ok');
    assert.equal(sent.length, 3);
  });

  it('is sent with the key that is there when its turn comes', async () => {
    const window = await openSignedIn(projectId);
    const used: (string | undefined)[] = [];
    serve = async ({ headers }) => {
      used.push(/Access=([^,]+)/.exec(headers['Authorization'] ?? '')?.[1]);
      if (used.length === 1) {
        const credential = { accessKey: 'AKIDANOTHER0000002', secretKey: 'sk-other' };
        await window.credentials.profiles.add({ endpoint, projectId, source: STORED, credential });
      }
      return ALL;
    };
    await windows.whileTimePasses(
      Promise.all([LOOK_UPS.listeners(window, signal), LOOK_UPS.listeners(window, signal)]),
    );
    assert.deepEqual(used, [key.accessKey, 'AKIDANOTHER0000002']);
  });

  it('waits its turn, as polls do, while the key is not known to be accepted', async () => {
    const window = await openSignedIn(projectId);
    serve = () => refusal(401, 'APIGW.0301');
    const all = [...Object.keys(LOOK_UPS), ...Object.keys(LOOK_UPS)] as (keyof typeof LOOK_UPS)[];
    const kinds = await Promise.all(all.map((what) => lookUp(window, what)));
    assert.deepEqual(new Set(kinds), new Set(['authentication']));
    assert.equal(sent.length, 1, 'five would lock the key');
  });

  describe('knows its caller', () => {
    const callerOf = async ({ resources }: Window, id = projectId) => resources.callerOf({ endpoint, projectId: id });

    it('who is the same in all windows and after a restart, and contains no part of the key', async () => {
      const caller = await callerOf(await openSignedIn(projectId));
      assert.equal(await callerOf(await windows.open()), caller);
      for (const secret of Object.values(key)) assert.ok(caller?.includes(secret) === false);
      assert.ok((caller?.length ?? 0) < 100);
    });

    it('who is another after the key, its secret or its token changed, or was entered again, and in another project', async () => {
      const window = await openSignedIn(projectId, otherProject);
      const callers = [await callerOf(window), await callerOf(window, otherProject)];
      for (const credential of [
        { ...key, secretKey: 'sk-other' },
        { ...key, accessKey: 'AKIDANOTHER0000002' },
        { ...key, securityToken: 'temporary' },
        key,
        key,
      ]) {
        await windows.clock.advance(1);
        await window.credentials.profiles.add({ endpoint, projectId, source: STORED, credential });
        callers.push(await callerOf(window));
      }
      assert.equal(new Set(callers).size, callers.length);
      assert.ok(!callers.includes(undefined));
    });

    it('who is the same after the credentials got another name', async () => {
      const window = await openSignedIn(projectId);
      const before = await callerOf(window);
      const profile = window.credentials.profileOf(project) ?? assert.fail();
      await window.credentials.profiles.rename(profile, 'Production');
      assert.equal(await callerOf(window), before);
    });

    it('who is none while the credentials are refused', async () => {
      const window = await openSignedIn(projectId);
      serve = () => refusal(401, 'APIGW.0301');
      await lookUp(window);
      assert.equal(await callerOf(window), undefined);
    });
  });
});

import assert from 'node:assert/strict';
import { ElbClient } from '../../../../src/cloud/api/elb-client';
import { axiosTransport } from '../../../../src/cloud/http/axios-transport';
import { CloudApi } from '../../../../src/cloud/http/cloud-api';
import { ERROR_PRESET_NAMES, errorPreset } from '../../../../src/simulator/faults/error-presets';
import { OFFICIAL_EXAMPLE } from '../../../../src/simulator/jobs/official-example';
import { Simulator } from '../../../../src/simulator/simulator';
import reported from '../../../fixtures/reported-cases.json';
import { respondInTurn } from '../../../support/cloud/fake-transport';
import { reference } from '../../../support/samples';

interface ErrorCase {
  readonly id: string;
  readonly kind: string;
  readonly input: unknown;
  readonly expected: unknown;
}

const { signal } = new AbortController();

describe('the reported errors of services', () => {
  const cases = (reported.cases as readonly ErrorCase[]).filter(({ kind }) => kind === 'grammar of service codes');
  const expectations = {
    I1: ['forbidden', 'PAP5.0001', 'access denied: x', '7abc9c313a5ff49c3b598848af9736bf'],
    I2: ['forbidden', 'SVCSTG.CCE-ADDONMGR.4000002', 'm', undefined],
    I4: ['authentication', '111401001', 'Invalid token.', undefined],
  } as const;

  it('are all tested', () => {
    assert.deepEqual(
      cases.map(({ id }) => id),
      Object.keys(expectations),
    );
  });

  for (const { id, input, expected } of cases) {
    it(`${id}: ${String(expected)}`, async () => {
      const { status, body } = input as { readonly status: number; readonly body: object };
      const { transport } = respondInTurn({ status, body: JSON.stringify(body) });
      const client = new ElbClient(new CloudApi(transport, () => Date.UTC(2026, 0, 1)));
      const key = { accessKey: 'AKEXAMPLE0000000001', secretKey: 'SkExample' };
      const result = await client.showJob(reference, key, signal);
      assert.ok(!result.ok);
      const { kind, code, message, requestId } = result.error;
      assert.deepEqual([kind, code, message, requestId], expectations[id as keyof typeof expectations]);
    });
  }
});

describe('the client against the simulator’s error presets and strict lists', () => {
  let simulator: Simulator;
  const { projectId, jobId } = OFFICIAL_EXAMPLE;
  const clientOf = () =>
    new ElbClient(
      new CloudApi(axiosTransport('elb-job-tracker/0.0.0-test', { silenceMs: 30_000, deadlineMs: 30_000 }), () =>
        simulator.clock.now(),
      ),
    );

  before(async () => {
    simulator = await Simulator.start({ strict: true });
  });
  after(() => simulator.stop());

  for (const name of ERROR_PRESET_NAMES) {
    it(`takes a preset for the service’s own error: ${name}`, async () => {
      const fault = simulator.injectFault({ effect: { kind: 'preset', name } });
      const result = await clientOf().showJob(
        { endpoint: simulator.origin, projectId, jobId },
        simulator.accessKey,
        signal,
      );
      fault.remove();
      assert.ok(!result.ok);
      const { kind, httpStatus, code, message, requestId } = result.error;
      const { status, body } = errorPreset(name, 'r');
      assert.notEqual(kind, 'proxy');
      assert.equal(httpStatus, status);
      for (const text of [code, message]) {
        assert.ok(text !== undefined && JSON.stringify(body).includes(text), `${text ?? 'no text'} is in the body`);
      }
      assert.match(requestId ?? '', /^[0-9a-f]{32}$/, 'from the body or the header');
    });
  }

  it('lists every job once, page by page, and ends with the empty page', async () => {
    for (let number = 0; number < 5; number += 1) simulator.startJob({ kind: 'UPGRADE', jobId: `job-${number}` });
    const ids: unknown[] = [];
    const outcomes: boolean[] = [];
    const list = { endpoint: simulator.origin, projectId, limit: 3 };
    for await (const page of clientOf().listJobs(list, simulator.accessKey, signal)) {
      assert.ok(page.ok);
      outcomes.push(page.value.isLast);
      ids.push(...page.value.jobs.map((job) => job.jobId));
    }
    assert.equal(new Set(ids).size, 6);
    assert.equal(ids.length, 6);
    assert.deepEqual(outcomes, [false, false, true]);
  });
});

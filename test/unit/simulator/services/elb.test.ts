import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { SimulatorClock } from '../../../../src/simulator/base/simulator-clock';
import { OFFICIAL_EXAMPLE } from '../../../../src/simulator/jobs/official-example';
import { Simulator } from '../../../../src/simulator/simulator';
import { sendSigned, errorOf, jobOf, pageOf } from '../../../support/simulator-client';

const JOBS = `/v3/${OFFICIAL_EXAMPLE.projectId}/elb/jobs`;
const NOW = Date.parse('2026-03-01T12:00:00Z');

describe('ELB in the simulator', () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await Simulator.start({ clock: new SimulatorClock({ startAt: NOW, held: true }) });
  });
  afterEach(() => simulator.stop());

  describe('the official example', () => {
    it('is served byte for byte', async () => {
      const file = await readFile('src/simulator/jobs/show-job-example.json', 'utf8');
      const response = await sendSigned(simulator, `${JOBS}/37d5c1fd-fa57-4c6d-bdcd-d523095c05e8`);
      assert.equal(response.status, 200);
      assert.equal(response.text, file);
    });

    it('is not found by the id in its body', async () => {
      const response = await sendSigned(simulator, `${JOBS}/ef6da45b-35d9-4c18-8c35-0b80d94ab9e6`);
      assert.equal(response.status, 404);
      assert.equal(errorOf(response).error_code, 'ELB.8904');
    });

    it('is listed by the id in its body only', async () => {
      assert.deepEqual(pageOf(await sendSigned(simulator, JOBS)).jobs, [OFFICIAL_EXAMPLE.job]);
      const byPathId = await sendSigned(simulator, `${JOBS}?job_id=${OFFICIAL_EXAMPLE.jobId}`);
      assert.deepEqual(pageOf(byPathId).jobs, []);
    });
  });

  describe('ShowJob', () => {
    it('follows the script of a job as time passes', async () => {
      const { jobId } = simulator.startJob({ kind: 'UPGRADE', durationMs: 100_000 });
      const seen: string[] = [];
      for (const ms of [0, 50_000, 40_000, 10_000]) {
        simulator.clock.advance(ms);
        seen.push(jobOf(await sendSigned(simulator, `${JOBS}/${jobId}`)).status);
      }
      assert.deepEqual(seen, ['INIT', 'RUNNING', 'SUCCESS', 'COMPLETE']);
    });

    it('sends the request id in the body and in a header', async () => {
      const { jobId } = simulator.startJob({ kind: 'cloneListener' });
      const response = await sendSigned(simulator, `${JOBS}/${jobId}`);
      const { request_id } = errorOf(response);
      assert.match(request_id, /^[0-9a-f]{32}$/);
      assert.equal(response.headers['x-request-id'], request_id);
      assert.equal(response.headers['content-type'], 'application/json');
    });

    it('finds a job whose body has another id by the id in the path only', async () => {
      simulator.startJob({ kind: 'cloneListener', jobId: 'in-path', bodyJobId: 'in-body' });
      assert.equal(jobOf(await sendSigned(simulator, `${JOBS}/in-path`)).job_id, 'in-body');
      assert.equal((await sendSigned(simulator, `${JOBS}/in-body`)).status, 404);
    });

    it('does not show a job of another project', async () => {
      await simulator.stop();
      const [one, two] = [
        { id: 'one', name: 'cn-north-4' },
        { id: 'two', name: 'cn-north-4_team' },
      ];
      simulator = await Simulator.start({ projects: [one, two] });
      simulator.startJob({ kind: 'cloneListener', jobId: 'job', projectId: 'two' });
      assert.equal((await sendSigned(simulator, '/v3/one/elb/jobs/job')).status, 404);
      assert.equal((await sendSigned(simulator, '/v3/two/elb/jobs/job')).status, 200);
      assert.equal((await sendSigned(simulator, `/v3/one/elb/jobs/${OFFICIAL_EXAMPLE.jobId}`)).status, 404);
      assert.deepEqual(pageOf(await sendSigned(simulator, '/v3/one/elb/jobs')).jobs, []);
    });
  });

  describe('ListJobs', () => {
    it('lists all jobs of the project with their sub-jobs', async () => {
      const started = ['c', 'a', 'b'].map((jobId) => simulator.startJob({ kind: 'batchDeleteListener', jobId }));
      simulator.clock.advance(60_000);
      const response = await sendSigned(simulator, JOBS);
      const { jobs, page_info } = pageOf(response);
      assert.deepEqual(
        jobs.map(({ job_id }) => job_id),
        ['a', 'b', 'c', OFFICIAL_EXAMPLE.job.job_id],
      );
      const shown = jobOf(await sendSigned(simulator, `${JOBS}/${started[0]?.jobId ?? ''}`));
      assert.deepEqual(jobs[2], shown);
      assert.equal(page_info.current_count, 4);
      assert.match(errorOf(response).request_id, /^[0-9a-f]{32}$/);
    });

    it('returns every job exactly once over all pages, in both directions', async () => {
      for (let count = 0; count < 6; count += 1) simulator.startJob({ kind: 'cloneListener' });
      const all = pageOf(await sendSigned(simulator, JOBS)).jobs.map(({ job_id }) => job_id);
      assert.equal(all.length, 7);
      const walk = async (reverse: boolean) => {
        const pages: string[][] = [];
        for (let marker: string | undefined = ''; marker !== undefined;) {
          const from = marker === '' ? '' : `&marker=${marker}`;
          const { jobs, page_info } = pageOf(
            await sendSigned(simulator, `${JOBS}?limit=3${from}&page_reverse=${String(reverse)}`),
          );
          pages.push(jobs.map(({ job_id }) => job_id));
          marker = reverse ? page_info.previous_marker : page_info.next_marker;
        }
        return pages;
      };
      assert.deepEqual((await walk(false)).flat(), all);
      assert.deepEqual((await walk(true)).toReversed().flat(), all);
    });

    it('filters by the present status and by the time of the begin', async () => {
      simulator.startJob({ kind: 'cloneListener', jobId: 'short', durationMs: 1000 });
      simulator.clock.advance(60_000);
      simulator.startJob({ kind: 'cloneListener', jobId: 'long', durationMs: 100_000 });
      simulator.clock.advance(50_000);
      const ids = async (query: string) =>
        pageOf(await sendSigned(simulator, `${JOBS}?${query}`)).jobs.map(({ job_id }) => job_id);
      assert.deepEqual(await ids('status=RUNNING'), ['long']);
      assert.deepEqual(await ids('begin_time=2026-03-01T12%3A00%3A00'), ['long', 'short']);
      assert.deepEqual(await ids('begin_time=2026-03-01T12%3A00%3A01'), ['long']);
    });

    it('rejects invalid parameters', async () => {
      const response = await sendSigned(simulator, `${JOBS}?limit=2001`);
      assert.equal(response.status, 400);
      const { error_code, error_msg } = errorOf(response);
      assert.equal(error_code, 'ELB.8902');
      assert.match(error_msg, /limit.*'2001'/);
    });
  });

  describe('starting a job', () => {
    it('accepts a script', async () => {
      const script = { jobType: 'RESTORE', resourceId: 'lb', subJobs: [], transitions: [{ at: 0, status: 'PAUSED' }] };
      const { jobId } = simulator.startJob({ script });
      const { job_type, status } = jobOf(await sendSigned(simulator, `${JOBS}/${jobId}`));
      assert.deepEqual([job_type, status], ['RESTORE', 'PAUSED']);
    });

    it('rejects an invalid script', () => {
      const script = { jobType: 'UPGRADE', resourceId: 'lb', subJobs: [], transitions: [] };
      assert.throws(() => simulator.startJob({ script }), /first transition/);
    });

    it('rejects an id that a path or a body has already, and an invalid one', () => {
      simulator.startJob({ kind: 'UPGRADE', jobId: 'path', bodyJobId: 'body' });
      assert.throws(() => simulator.startJob({ kind: 'UPGRADE', jobId: 'path' }), /There is a job path/);
      assert.throws(() => simulator.startJob({ kind: 'UPGRADE', bodyJobId: 'body' }), /There is a job body/);
      const example = { kind: 'UPGRADE', jobId: OFFICIAL_EXAMPLE.jobId } as const;
      assert.throws(() => simulator.startJob(example), /There is a job/);
      assert.throws(() => simulator.startJob({ kind: 'UPGRADE', jobId: 'a/b' }), /letters, digits/);
    });

    it('rejects an unknown project', () => {
      assert.throws(() => simulator.startJob({ kind: 'UPGRADE', projectId: 'elsewhere' }), /no project elsewhere/);
    });
  });
});

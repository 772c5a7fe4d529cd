// Starts a simulated cloud with jobs on their way.
import { createRequire } from 'node:module';
import { build } from '../../build.mjs';
import { inProject } from '../paths.mjs';

/**
 * What the demo uses of src/simulator/simulator.ts.
 * @typedef {object} Simulator
 * @property {string} origin
 * @property {string} controlToken
 * @property {{ accessKey: string, secretKey: string }} accessKey
 * @property {(spec: { kind: string, outcome?: string, durationMs?: number }) => { projectId: string, jobId: string }} startJob
 * @property {() => Promise<void>} stop
 */

/** The example in the service's documentation, which the simulator always serves. */
const officialExample = '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8';

/**
 * @returns {Promise<{ simulator: Simulator, seed: string }>} seed: what the demo extension signs in with and tracks, for
 *   its environment variable ELB_JOBS_SANDBOX
 */
export async function startDemoCloud() {
  await build(['simulator']);
  /** @type {unknown} */
  const bundle = createRequire(inProject('package.json'))('./out/simulator/simulator.js');
  const { Simulator } = /** @type {{ Simulator: { start: () => Promise<Simulator> } }} */ (bundle);
  const simulator = await Simulator.start();
  const completes = simulator.startJob({ kind: 'cloneLoadbalancer', durationMs: 60_000 });
  const fails = simulator.startJob({ kind: 'batchCreateV3Loadbalancer', outcome: 'fail', durationMs: 30_000 });
  const { projectId } = completes;
  const { accessKey, secretKey } = simulator.accessKey;
  const jobIds = [completes.jobId, fails.jobId, officialExample];
  return { simulator, seed: JSON.stringify({ origin: simulator.origin, projectId, accessKey, secretKey, jobIds }) };
}

/**
 * What a person types to start one more job.
 * @param {Simulator} simulator
 */
export const commandForAnotherJob = ({ origin, controlToken }) =>
  `curl -X POST ${origin}/_simulator/jobs -H "X-Simulator-Token: ${controlToken}" -H "Content-Type: application/json" ` +
  `-d "{\\"kind\\":\\"cloneLoadbalancer\\",\\"durationMs\\":60000}"`;

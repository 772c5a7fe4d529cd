// Starts the sandbox's simulated cloud, with jobs running.
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from '../../build.mjs';
import { inProject } from '../paths.mjs';
import { writeSecretFile } from '../editor/server-secret.mjs';
import { curlCommand } from './curl-command.mjs';
import { upgradeThatWaits } from './upgrade-that-waits.mjs';

/**
 * The part of src/simulator/simulator.ts that the sandbox uses.
 * @typedef {object} Simulator
 * @property {string} origin
 * @property {string} controlToken
 * @property {{ accessKey: string, secretKey: string }} accessKey
 * @property {(spec: { kind: string, outcome?: string, durationMs?: number } | { script: object }) => { projectId: string, jobId: string }} startJob
 * @property {() => Promise<void>} stop
 */

/** The job in the service's documentation, which the simulator always serves. */
const officialExample = '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8';

/**
 * @returns {Promise<{ simulator: Simulator, seed: string }>} seed: the credentials and jobs that src/dev-extension.ts reads
 *   from the environment variable ELB_JOBS_SANDBOX, as JSON
 */
export async function startSandboxCloud() {
  await build(['simulator']);
  /** @type {unknown} */
  const bundle = createRequire(inProject('package.json'))('./out/simulator/simulator.js');
  const { Simulator } = /** @type {{ Simulator: { start: () => Promise<Simulator> } }} */ (bundle);
  const simulator = await Simulator.start();
  const completes = simulator.startJob({ kind: 'cloneLoadbalancer', durationMs: 60_000 });
  const fails = simulator.startJob({ kind: 'batchCreateV3Loadbalancer', outcome: 'fail', durationMs: 30_000 });
  const waits = simulator.startJob({ script: upgradeThatWaits });
  const { projectId } = completes;
  const { accessKey, secretKey } = simulator.accessKey;
  const jobIds = [completes.jobId, fails.jobId, waits.jobId, officialExample];
  return { simulator, seed: JSON.stringify({ origin: simulator.origin, projectId, accessKey, secretKey, jobIds }) };
}

/**
 * Returns the shell command that starts another job in the simulated cloud. The token is in a file, so that it shows in no
 * list of processes and in no shell history.
 * @param {Simulator} simulator
 * @param {string} folder  For the file.
 */
export async function commandToStartJob({ origin, controlToken }, folder) {
  const headers = path.join(folder, 'simulator-headers.txt');
  await writeSecretFile(headers, `X-Simulator-Token: ${controlToken}\nContent-Type: application/json\n`);
  // In a file, because PowerShell passes no quotes to programs.
  const job = path.join(folder, 'new-job.json');
  await writeFile(job, `${JSON.stringify({ kind: 'cloneLoadbalancer', durationMs: 60_000 })}\n`);
  return curlCommand(`${origin}/_simulator/jobs`, { headers, body: job });
}

/** The extension as `npm start` loads it: signed in to the sandbox's simulator and tracking its jobs. Not in the released package. */
import { type ExtensionContext, window } from 'vscode';
import type { ElbJobTracker } from '../api/elb-job-tracker';
import { type App, compose } from './extension';
import { systemClock } from './base/clock';

/** What `npm start` passes in the environment of VS Code. */
interface SandboxSeed {
  readonly origin: string;
  readonly projectId: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly jobIds: readonly string[];
}

/** The globalState key of the endpoint that was seeded. */
const SEEDED_KEY = 'elbJobs.demo.planted';

export function activate(context: ExtensionContext): ElbJobTracker {
  const app = compose(context);
  const json = process.env['ELB_JOBS_SANDBOX'];
  const api = Object.freeze({ getAPI: app.getAPI });
  if (json === undefined) return api;
  app.ready
    .then(() => seed(app, context, JSON.parse(json) as SandboxSeed))
    .catch((cause: unknown) => {
      void window.showErrorMessage(`The sandbox could not be set up: ${String(cause)}`);
    });
  return api;
}

/**
 * Adds the sandbox's credentials and jobs once, so that changes survive a reload of the window. Lost keys are added again,
 * since each browser that shows the sandbox has its own secret storage.
 */
async function seed(
  { credentials, store }: App,
  { globalState }: ExtensionContext,
  sandbox: SandboxSeed,
): Promise<void> {
  const { origin: endpoint, projectId, accessKey, secretKey, jobIds } = sandbox;
  const isSeeded = globalState.get(SEEDED_KEY) === endpoint;
  const credential = await credentials.credentialFor({ endpoint, projectId });
  if (!isSeeded || (!credential.ok && credential.error.kind === 'keys-lost')) {
    await credentials.profiles.add({
      name: 'Simulated cloud',
      endpoint,
      projectId,
      source: { kind: 'stored' },
      credential: { accessKey, secretKey },
    });
  }
  if (isSeeded) return;
  for (const jobId of jobIds) await store.track({ endpoint, projectId, jobId }, systemClock.now());
  await globalState.update(SEEDED_KEY, endpoint);
}

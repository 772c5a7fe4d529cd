/** The extension as `npm start` loads it: signed in to a simulator, whose jobs it tracks. No package for users holds it. */
import { type ExtensionContext, window } from 'vscode';
import { type App, compose } from './extension';
import { systemClock } from './base/clock';

/** What `npm start` hands over in the environment of VS Code. */
interface SandboxSeed {
  readonly origin: string;
  readonly projectId: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly jobIds: readonly string[];
}

const SEEDED = 'elbJobs.demo.planted';

export function activate(context: ExtensionContext): void {
  const app = compose(context);
  const json = process.env['ELB_JOBS_SANDBOX'];
  if (json === undefined) return;
  app.ready
    .then(() => seed(app, context, JSON.parse(json) as SandboxSeed))
    .catch((cause: unknown) => {
      void window.showErrorMessage(`The sandbox could not be set up: ${String(cause)}`);
    });
}

/**
 * Once: what a person does to the demo survives a reload of the window. The key is planted again where it is lost, since
 * each browser that shows the demo keeps secrets of its own.
 */
async function seed(
  { credentials, store }: App,
  { globalState }: ExtensionContext,
  sandbox: SandboxSeed,
): Promise<void> {
  const { origin: endpoint, projectId, accessKey, secretKey, jobIds } = sandbox;
  const isSeeded = globalState.get(SEEDED) === endpoint;
  const present = await credentials.credentialFor({ endpoint, projectId });
  if (!isSeeded || (!present.ok && present.error.kind === 'keys-lost')) {
    await credentials.add({
      name: 'Simulated cloud',
      endpoint,
      projectId,
      source: { kind: 'stored' },
      credential: { accessKey, secretKey },
    });
  }
  if (isSeeded) return;
  for (const jobId of jobIds) await store.track({ endpoint, projectId, jobId }, systemClock.now());
  await globalState.update(SEEDED, endpoint);
}

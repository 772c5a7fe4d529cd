/** The extension as `npm start` loads it: signed in to a simulator, whose jobs it tracks. No package for users holds it. */
import { type ExtensionContext, window } from 'vscode';
import { type App, compose } from './extension';
import { systemClock } from './base/clock';

/** What `npm start` hands over in the environment of VS Code. */
interface DemoSeed {
  readonly origin: string;
  readonly projectId: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly jobIds: readonly string[];
}

const PLANTED = 'elbJobs.demo.planted';

export function activate(context: ExtensionContext): void {
  const app = compose(context);
  const seed = process.env['ELB_JOBS_DEMO'];
  if (seed === undefined) return;
  app.ready
    .then(() => plant(app, context, JSON.parse(seed) as DemoSeed))
    .catch((cause: unknown) => {
      void window.showErrorMessage(`The demo could not be set up: ${String(cause)}`);
    });
}

/**
 * Once: what a person does to the demo survives a reload of the window. The key is planted again where it is lost, since
 * each browser that shows the demo keeps secrets of its own.
 */
async function plant({ credentials, store }: App, { globalState }: ExtensionContext, seed: DemoSeed): Promise<void> {
  const { origin: endpoint, projectId, accessKey, secretKey, jobIds } = seed;
  const isPlanted = globalState.get(PLANTED) === endpoint;
  const present = await credentials.credentialFor({ endpoint, projectId });
  if (!isPlanted || (!present.ok && present.error.kind === 'keys-lost')) {
    await credentials.add({
      name: 'Simulated cloud',
      endpoint,
      projectId,
      source: { kind: 'stored' },
      credential: { accessKey, secretKey },
    });
  }
  if (isPlanted) return;
  for (const jobId of jobIds) await store.track({ endpoint, projectId, jobId }, systemClock.now());
  await globalState.update(PLANTED, endpoint);
}

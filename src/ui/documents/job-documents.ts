/** Shows what the service last answered for a job as a JSON document that nobody can change. */
import path from 'node:path';
import { EventEmitter, type Tab, TabInputText, type TextDocumentContentProvider, Uri, window, workspace } from 'vscode';
import type { Disposable } from '../../base/disposable';
import type { JobKey } from '../../jobs/model/job-reference';
import type { JobStore } from '../../jobs/store/job-store';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { jobName } from '../text/job-words';

const SCHEME = 'elb-job';

export class JobDocuments implements TextDocumentContentProvider, Disposable {
  private readonly changes = new EventEmitter<Uri>();
  readonly onDidChange = this.changes.event;
  private readonly subscriptions: readonly Disposable[];

  constructor(private readonly store: JobStore) {
    this.subscriptions = [
      this.changes,
      workspace.registerTextDocumentContentProvider(SCHEME, this),
      store.onDidChange((changes) => {
        // Of a job that has left the list, what was shown stays.
        const changed = new Set(changes.filter(({ kinds }) => !kinds.includes('removed')).map(({ key }) => key));
        for (const { uri } of workspace.textDocuments) {
          if (uri.scheme === SCHEME && changed.has(keyIn(uri))) this.changes.fire(uri);
        }
      }),
    ];
  }

  provideTextDocumentContent(uri: Uri): string {
    const tracked = this.store.get(keyIn(uri));
    return answersJson(tracked === undefined ? [] : [tracked]);
  }

  async show(key: JobKey): Promise<void> {
    const tracked = this.store.get(key);
    if (tracked === undefined) return;
    const name = jobName(tracked).replace(/[^\p{L}\p{N}_ -]/gu, '');
    const uri = Uri.from({ scheme: SCHEME, path: `/${key}/${name}.json` });
    await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
  }

  /** Closes the tabs of jobs that there is nothing left to show of. */
  async close(keys: readonly JobKey[]): Promise<void> {
    const isOfThem = ({ input }: Tab) =>
      input instanceof TabInputText && input.uri.scheme === SCHEME && keys.includes(keyIn(input.uri));
    await window.tabGroups.close(window.tabGroups.all.flatMap(({ tabs }) => tabs.filter(isOfThem)));
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

/** As the service answered for them; one alone is no list. */
export function answersJson(jobs: readonly TrackedJob[]): string {
  const answers = jobs.flatMap(({ job, requestId }) =>
    job === undefined ? [] : [{ job: job.raw, request_id: requestId }],
  );
  return `${JSON.stringify(answers.length === 1 ? answers[0] : answers, undefined, 2)}\n`;
}

function keyIn({ path: text }: Uri): JobKey {
  return path.posix.basename(path.posix.dirname(text));
}

/** Shows the last response of the service for a job as a read-only JSON document. */
import path from 'node:path';
import {
  EventEmitter,
  l10n,
  type Tab,
  TabInputText,
  type TextDocumentContentProvider,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { Disposable } from '../../base/disposable';
import { errorMessageOf } from '../../base/error-message';
import { escapedJson } from '../../base/one-line';
import { inOneGo, inOwnTurns, type SlicedWork, Slices } from '../../base/work/slices';
import type { Job } from '../../cloud/api/job';
import type { JobKey } from '../../jobs/model/job-reference';
import type { JobStore } from '../../jobs/store/job-store';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { jobName } from '../text/job-words';

const SCHEME = 'elb-job';
/** Characters of JSON that are made before other work has its turn. */
const JSON_SLICE_LENGTH = 512 * 1024;

export class JobDocuments implements TextDocumentContentProvider, Disposable {
  private readonly changes = new EventEmitter<Uri>();
  readonly onDidChange = this.changes.event;
  private readonly subscriptions: readonly Disposable[];

  constructor(private readonly store: JobStore) {
    this.subscriptions = [
      this.changes,
      workspace.registerTextDocumentContentProvider(SCHEME, this),
      store.onDidChange((changes) => {
        // The document of a removed job stays as it was.
        const changed = new Set(changes.filter(({ kinds }) => !kinds.includes('removed')).map(({ key }) => key));
        for (const { uri } of workspace.textDocuments) {
          if (uri.scheme === SCHEME && changed.has(keyIn(uri))) this.changes.fire(uri);
        }
      }),
    ];
  }

  /** The document stays as it is until the response has been read, or if that fails. */
  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const tracked = await readWholeJob(this.store, keyIn(uri));
    return responsesJson(tracked === undefined ? [] : [tracked]);
  }

  /** Rejects with a sentence for people if the response cannot be read. */
  async show(key: JobKey): Promise<void> {
    const tracked = await readWholeJob(this.store, key);
    if (tracked === undefined) return;
    const name = jobName(tracked)
      .replace(/[^\p{L}\p{N}_ +.-]/gu, '')
      .replace(/ {2,}/g, ' ');
    const uri = Uri.from({ scheme: SCHEME, path: `/${key}/${name}.json` });
    await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
  }

  /** Closes the documents of jobs. */
  async close(keys: readonly JobKey[]): Promise<void> {
    const showsJob = ({ input }: Tab) =>
      input instanceof TabInputText && input.uri.scheme === SCHEME && keys.includes(keyIn(input.uri));
    await window.tabGroups.close(window.tabGroups.all.flatMap(({ tabs }) => tabs.filter(showsJob)));
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

/**
 * Reads the last response for the job if it is not in memory. Rejects with a sentence for people if that fails.
 * @returns undefined if the job is not tracked
 */
export async function readWholeJob(store: JobStore, key: JobKey): Promise<TrackedJob | undefined> {
  const tracked = store.get(key);
  if (tracked === undefined) return undefined;
  const job = jobName(tracked);
  const whole = await store.readWhole(key).catch((cause: unknown) => {
    const reason = errorMessageOf(cause);
    throw new Error(l10n.t('The saved response for {job} could not be read. Try again: {reason}', { job, reason }));
  });
  if (whole === undefined && store.get(key) !== undefined) {
    throw new Error(
      l10n.t('The saved response for {job} is damaged. Refresh the job to request it from the service again.', { job }),
    );
  }
  return whole;
}

/**
 * Returns the last responses for the jobs as JSON: an array, or the response itself if there is only one. JSON has no
 * comments: the first field of a response that was cut says so.
 */
export function responsesJson(jobs: readonly TrackedJob[]): string {
  return inOneGo(responsesIn(jobs, new Slices()));
}

/** Resolves to the same for any number of jobs, and gives other work its turns. */
export function responsesJsonInTurns(jobs: readonly TrackedJob[]): Promise<string> {
  return inOwnTurns(responsesIn(jobs, new Slices(JSON_SLICE_LENGTH)));
}

function* responsesIn(jobs: readonly TrackedJob[], slices: Slices): SlicedWork<string> {
  const responses = jobs.flatMap(({ job, requestId }) =>
    job === undefined ? [] : [{ ...cutNote(job), job: job.raw, request_id: requestId }],
  );
  const [first, ...others] = responses;
  if (others.length === 0) return `${escapedJson(JSON.stringify(first ?? [], undefined, 2))}\n`;
  const items: string[] = [];
  for (const response of responses) {
    // Of an array with one item, the lines between the brackets.
    const item = escapedJson(JSON.stringify([response], undefined, 2).slice(2, -2));
    items.push(item);
    if (slices.isOver(item.length)) yield;
  }
  return `[\n${items.join(',\n')}\n]\n`;
}

function cutNote({ cut }: Job): { readonly _cut?: string } {
  if (cut === undefined) return {};
  const count = cut.missingSubJobs;
  const text =
    count === 0
      ? l10n.t('The response was too large to save whole. Undocumented fields and long texts are cut.')
      : l10n.t('The response was too large to save whole. {count} sub-jobs are missing; long texts are cut.', {
          count,
        });
  return { _cut: text };
}

function keyIn({ path: text }: Uri): JobKey {
  return path.posix.basename(path.posix.dirname(text));
}

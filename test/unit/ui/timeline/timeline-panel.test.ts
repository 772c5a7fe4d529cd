import assert from 'node:assert/strict';
import { env, EventEmitter, type Uri, type WebviewPanel } from 'vscode';
import { DurationHistory } from '../../../../src/jobs/model/duration-history';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { TimelinePanel } from '../../../../src/ui/timeline/timeline-panel';
import { HOUR, MINUTE } from '../../../../src/base/time-units';
import { FakeClock, settle } from '../../../support/fake-clock';
import { executedCommands } from '../../../support/fake-vscode';
import { replaceProperty } from '../../../support/host/replace-property';
import { jobAt, MemoryLog, noFiles, reference } from '../../../support/samples';

/** As the editor's, a closed panel throws on any use. */
class FakePanel {
  readonly messages = new EventEmitter<unknown>();
  readonly posted: unknown[] = [];
  readonly visible = true;
  title = '';
  private readonly closing = new EventEmitter<void>();
  private readonly viewStates = new EventEmitter<void>();
  private readonly page = {
    options: {},
    html: '',
    cspSource: '',
    asWebviewUri: (uri: Uri) => uri,
    onDidReceiveMessage: this.messages.event,
    postMessage: (message: { readonly kind: string }) => Promise.resolve(this.posted.push(message.kind) > 0),
  };
  readonly onDidDispose = this.closing.event;
  readonly onDidChangeViewState = this.viewStates.event;
  private isClosed = false;

  get webview() {
    if (this.isClosed) throw new Error('Webview is disposed');
    return this.page;
  }

  dispose(): void {
    this.isClosed = true;
    this.closing.fire();
  }
}

const alone = { onDidClose: () => undefined, move: () => undefined };

describe('the panel of a timeline', () => {
  it('can be closed while its report is copied', async () => {
    const store = new JobStore(noFiles, new MemoryLog());
    const key = await store.track(reference, 0);
    store.applyResponse(key, { job: jobAt('FAIL') }, 0);
    let copied: () => void = () => undefined;
    const clipboard = { writeText: () => new Promise<void>((resolve) => (copied = resolve)) };
    const restore = replaceProperty(env, 'clipboard', clipboard);
    const failures: unknown[] = [];
    const note = (cause: unknown) => void failures.push(cause);
    process.on('unhandledRejection', note);
    try {
      const panel = new FakePanel();
      new TimelinePanel(
        key,
        panel as unknown as WebviewPanel,
        {
          ...{ store, clock: new FakeClock(0), log: new MemoryLog(), trackAgain: () => Promise.resolve() },
          durations: new DurationHistory(),
          extensionUri: {} as unknown as Uri,
        },
        alone,
      );
      panel.messages.fire({ kind: 'copy' });
      panel.dispose();
      copied();
      await settle();
      await settle();
      assert.deepEqual([failures, panel.posted], [[], ['show']]);
    } finally {
      process.off('unhandledRejection', note);
      restore();
    }
  });

  it('of a waiting upgrade passes its buttons on, and is redrawn as the wait grows', async () => {
    const clock = new FakeClock();
    const store = new JobStore(noFiles, new MemoryLog());
    const key = await store.track(reference, clock.now());
    const times = { beginTime: clock.now() - HOUR, endTime: clock.now() };
    store.applyResponse(key, { job: jobAt('SUCCESS', { jobType: 'UPGRADE', ...times }) }, clock.now());
    const panel = new FakePanel();
    new TimelinePanel(
      key,
      panel as unknown as WebviewPanel,
      {
        ...{ store, clock, log: new MemoryLog(), trackAgain: () => Promise.resolve() },
        durations: new DurationHistory(),
        extensionUri: {} as unknown as Uri,
      },
      alone,
    );
    executedCommands.length = 0;
    for (const kind of ['open-in-console', 'copy-command']) panel.messages.fire({ kind });
    assert.deepEqual(executedCommands, [
      ['elbJobs.openInConsole', key],
      ['elbJobs.copyUpgradeCommand', key],
    ]);
    await clock.advance(2 * MINUTE);
    const drawn = panel.posted.length;
    await clock.advance(3 * MINUTE);
    assert.equal(panel.posted.length, drawn + 3, 'once a minute');
    store.applyResponse(key, { job: jobAt('COMPLETE', { jobType: 'UPGRADE', ...times }) }, clock.now());
    assert.equal(clock.pendingTimers, 0);
    panel.dispose();
  });
});

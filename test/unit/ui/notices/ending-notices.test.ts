import assert from 'node:assert/strict';
import { window } from 'vscode';
import { DEMO_PROJECT } from '../../../../src/demo/demo-project';
import type { JobEnding } from '../../../../src/jobs/endings/ending-batch';
import { jobKey, type JobReference } from '../../../../src/jobs/model/job-reference';
import { newlyTracked } from '../../../../src/jobs/model/tracked-job';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { EndingNotices } from '../../../../src/ui/notices/ending-notices';
import { FakeClock, settle } from '../../../support/fake-clock';
import { jobAt, MemoryLog, noFiles, reference } from '../../../support/samples';

describe('the notifications of endings', () => {
  const { showInformationMessage } = window;
  /** Closes the notifications, first to last. */
  let close: (() => void)[];

  beforeEach(() => {
    close = [];
    const show = () =>
      new Promise<undefined>((resolve) =>
        close.push(() => {
          resolve(undefined);
        }),
      );
    Reflect.set(window, 'showInformationMessage', show);
  });

  afterEach(() => {
    Reflect.set(window, 'showInformationMessage', showInformationMessage);
  });

  const own = endingOf(reference);
  const ofDemo = endingOf({ ...reference, ...DEMO_PROJECT });

  function endingOf(of: JobReference): JobEnding {
    return { key: jobKey(of), tracked: { ...newlyTracked(of, 0), job: jobAt('COMPLETE') } };
  }

  function open(): EndingNotices {
    return new EndingNotices({
      ...{ store: new JobStore(noFiles, new MemoryLog()), clock: new FakeClock(), log: new MemoryLog() },
      level: () => 'all',
      reveal: () => Promise.resolve(),
      openInConsole: () => Promise.resolve(),
      copyCommand: () => Promise.resolve(),
    });
  }

  it('are known as those of the demo alone until one is about the person’s own jobs, which must stay in view', async () => {
    const notices = open();
    assert.equal(notices.hasOnlyDemoNotices, false);
    void notices.announce([ofDemo]);
    await settle();
    assert.equal(notices.hasOnlyDemoNotices, true);
    // Also one that does not depend on the settings.
    void notices.showFor([own]);
    await settle();
    assert.equal(notices.hasOnlyDemoNotices, false);
    close[1]?.();
    await settle();
    assert.equal(notices.hasOnlyDemoNotices, true);
    close[0]?.();
    await settle();
    assert.equal(notices.hasOnlyDemoNotices, false);
  });
});

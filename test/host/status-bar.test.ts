import { DAY, HOUR } from '../../src/base/time-units';
import { Simulator } from '../../src/simulator/simulator';
import { jobAt } from '../support/samples';
import { runCommand as run, until, Workbench } from '../support/host/workbench';

const FIRST = { id: '11111111111111111111111111111111', name: 'cn-north-4' };
const SECOND = { id: '22222222222222222222222222222222', name: 'cn-north-4_shop' };
const MISTYPED = 'ffffffff-0000-4000-8000-000000000000';

describe('the status bar, while several things happen,', () => {
  let workbench: Workbench;

  beforeEach(async () => {
    workbench = await Workbench.open(await Simulator.start({ projects: [FIRST, SECOND] }));
    await workbench.saveCredentials();
  });

  afterEach(async () => {
    await workbench.close();
  });

  const text = () => workbench.app.statusBar.item.text;
  const shows = (words: string) => until(`it shows ${words}`, () => text() === words, text);
  const start = (kind: 'cloneListener' | 'UPGRADE', durationMs: number, outcome: 'complete' | 'fail' = 'complete') =>
    workbench.cloud.startJob({ kind, durationMs, outcome }).jobId;
  const startWaiting = () => {
    const script = { jobType: 'UPGRADE', resourceId: 'lb', transitions: [{ at: 0, status: 'SUCCESS' }], subJobs: [] };
    return workbench.cloud.startJob({ script }).jobId;
  };

  it('shows what needs the person and what failed before a mistyped ID, with counts', async () => {
    await workbench.trackWhileHidden(MISTYPED);
    await shows('$(warning) ELB: Job ffffffff: not found yet');
    const running = start('cloneListener', HOUR);
    await workbench.trackWhileHidden(running);
    await shows('$(sync) ELB: 1 running');
    await workbench.trackWhileHidden(start('cloneListener', 0, 'fail'));
    await shows('$(error) ELB: 1 failed · 1 running $(circle-small-filled)');
    await workbench.trackWhileHidden(startWaiting());
    await shows('$(bell-dot) ELB: 1 needs you · 1 failed · 1 running $(circle-small-filled)');
    await workbench.app.store.untrack([workbench.app.store.find(workbench.reference(running)) ?? '']);
    await shows('$(bell-dot) ELB: 1 needs you · 1 failed $(circle-small-filled)');
    workbench.markAllSeen();
    await shows('$(bell-dot) ELB: 1 needs you');
  });

  it('shows it, too, while polling is paused or other credentials are refused', async () => {
    const { cloud, app } = workbench;
    await workbench.trackWhileHidden(startWaiting(), start('cloneListener', 0, 'fail'), start('cloneListener', HOUR));
    const all = '$(bell-dot) ELB: 1 needs you · 1 failed · 1 running $(circle-small-filled)';
    await shows(all);
    await run('pausePolling');
    await shows('$(bell-dot) ELB: 1 needs you · 1 failed · paused $(circle-small-filled)');
    await run('resumePolling');
    await shows(all);
    const { accessKey } = cloud.accessKey;
    await workbench.saveCredentials({ projectId: SECOND.id, credential: { accessKey, secretKey: 'of-someone-else' } });
    const { jobId } = cloud.startJob({ kind: 'cloneListener', durationMs: HOUR, projectId: SECOND.id });
    await app.store.track({ endpoint: cloud.origin, projectId: SECOND.id, jobId }, Date.now());
    await shows('$(bell-dot) ELB: 1 needs you · 1 failed · 1 running · credentials refused $(circle-small-filled)');
  });

  it('still shows an upgrade that waits for a decision after a day', async () => {
    const { app } = workbench;
    const jobId = startWaiting();
    await run('pausePolling');
    await workbench.trackWhileHidden(jobId);
    const key = app.store.find(workbench.reference(jobId)) ?? '';
    app.store.applyResponse(key, { job: jobAt('SUCCESS', { jobId, jobType: 'UPGRADE' }) }, Date.now() - 2 * DAY);
    workbench.markAllSeen();
    await run('resumePolling');
    await shows(`$(bell-dot) ELB: UPGRADE ${jobId.slice(0, 8)} needs your decision`);
  });
});

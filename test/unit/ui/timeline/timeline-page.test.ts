import assert from 'node:assert/strict';
import { HOUR, MINUTE, SECOND } from '../../../../src/base/time-units';
import { DurationHistory } from '../../../../src/jobs/model/duration-history';
import { jobKey } from '../../../../src/jobs/model/job-reference';
import { newlyTracked, type TrackedJob, withResponse } from '../../../../src/jobs/model/tracked-job';
import { fromPage, isPageSaved, savedKey } from '../../../../src/ui/timeline/timeline-page';
import { copiedTexts, shownTexts } from '../../../support/fake-vscode';
import { FakeClock } from '../../../support/fake-clock';
import { openTimeline } from '../../../support/hostile/all-views';
import { jobAt, reference, subJobAt } from '../../../support/samples';

const begin = Date.UTC(2026, 0, 1);
const key = jobKey(reference);

function trackedWith(status: string, fields: Parameters<typeof jobAt>[1] = {}): TrackedJob {
  const job = jobAt(status, { beginTime: begin, ...fields });
  return withResponse(newlyTracked(reference, begin), { job }, begin + MINUTE);
}

/** A history of jobs that took 10 minutes each. */
function durations(): DurationHistory {
  const history = new DurationHistory();
  for (const jobId of ['1', '2', '3']) {
    history.add({ jobId, jobType: 'cloneLoadbalancer', status: 'SUCCESS', beginTime: 0, endTime: 10 * MINUTE });
  }
  return history;
}

describe('the time left in a timeline', () => {
  it('is in the summary and a ghost bar from now to the expected end', async () => {
    const timeline = await openTimeline(trackedWith('RUNNING'), new FakeClock(begin + 4 * MINUTE), durations());
    const { rows, summary } = timeline.page();
    assert.equal(summary.text, 'RUNNING · 4 min · about 6 min left (median of 3 cloneLoadbalancer jobs)');
    assert.deepEqual(rows[0]?.bar, { kind: 'open', from: 0, to: 0.4 });
    assert.deepEqual(rows[0].ghost, { from: 0.4, to: 1 });
  });

  it('is claimed by no sub-job', async () => {
    const subJobs = [subJobAt({ jobId: 'a', status: 'RUNNING', beginTime: begin })];
    const timeline = await openTimeline(
      trackedWith('RUNNING', { subJobs }),
      new FakeClock(begin + MINUTE),
      durations(),
    );
    assert.deepEqual(
      timeline.page().rows.map(({ ghost }) => ghost !== undefined),
      [true, false],
    );
  });

  const noTime: Readonly<Record<string, [tracked: TrackedJob, now: number]>> = {
    overdue: [trackedWith('RUNNING'), begin + 11 * MINUTE],
    ended: [trackedWith('SUCCESS', { endTime: begin + MINUTE }), begin + 4 * MINUTE],
    'ended without a time of its end': [trackedWith('SUCCESS'), begin + 4 * MINUTE],
    lost: [
      { ...trackedWith('RUNNING'), pollFailure: { error: { kind: 'no-longer-kept' }, since: begin, attempts: 1 } },
      begin + 4 * MINUTE,
    ],
    'of a type without a history': [trackedWith('RUNNING', { jobType: 'other' }), begin + 4 * MINUTE],
    'without a begin': [trackedWith('RUNNING', { beginTime: undefined }), begin + 4 * MINUTE],
  };
  for (const [what, [tracked, now]] of Object.entries(noTime)) {
    it(`is not claimed if the job is ${what}`, async () => {
      const { rows, summary } = (await openTimeline(tracked, new FakeClock(now), durations())).page();
      assert.doesNotMatch(summary.text ?? '', /left/);
      assert.ok(rows.every(({ ghost }) => ghost === undefined));
    });
  }
});

describe('the details of what failed', () => {
  it('say what to do, at the sub-job and at the job', async () => {
    const part = { jobId: 'a', jobType: 'CREATE', status: 'FAIL', errorCode: 'ELB.8905', errorMessage: 'Quota' };
    const tracked = trackedWith('FAIL', { subJobs: [subJobAt(part)] });
    const { rows } = (await openTimeline(tracked, new FakeClock(begin))).page();
    const details = rows.map((row) =>
      row.details.map(({ label, values: [value] }) => `${label}: ${value?.quoted ?? value?.text ?? ''}`),
    );
    assert.ok(details[0]?.includes('Failed first: CREATE · ELB.8905 · Quota'), String(details[0]));
    for (const facts of details) assert.ok(facts.some((fact) => fact.startsWith('What to do: A quota is used up.')));
  });
});

describe('a timeline whose job is removed from the list', () => {
  async function open(status = 'RUNNING') {
    const clock = new FakeClock(begin + 2 * MINUTE);
    const timeline = await openTimeline(trackedWith(status), clock, durations());
    return { clock, timeline };
  }

  it('stays open as it was last known, says so, and no longer grows', async () => {
    const { clock, timeline } = await open();
    await timeline.store.untrack([key]);
    assert.equal(timeline.isClosed(), false);
    const { removed, rows, summary } = timeline.page();
    assert.equal(removed, 'No longer tracked. This is the last known state.');
    assert.equal(summary.text, 'RUNNING');
    assert.equal(rows[0]?.bar?.kind, 'last-seen');
    assert.equal(rows[0].ghost, undefined);
    const drawings = timeline.drawings();
    await clock.advance(HOUR);
    assert.equal(timeline.drawings(), drawings);
  });

  it('is live again after Undo, and after Track Again in it', async () => {
    const { clock, timeline } = await open();
    const tracked = timeline.store.get(key) ?? assert.fail();
    await timeline.store.untrack([key]);
    await timeline.store.restore([tracked]);
    assert.equal(timeline.page().removed, undefined);
    assert.equal(timeline.page().rows[0]?.bar?.kind, 'open');
    timeline.store.rename(key, 'Cutover');
    await timeline.store.untrack([key]);
    timeline.receive({ kind: 'track-again' });
    await clock.advance(SECOND);
    assert.equal(timeline.page().removed, undefined);
    assert.equal(timeline.page().heading.quoted, 'Cutover');
    assert.equal(timeline.store.get(key)?.job?.status, 'RUNNING');
  });

  it('is tracked again with its whole answer, which was on disk only', async () => {
    const { clock, timeline } = await open('SUCCESS');
    const tracked = timeline.store.get(key) ?? assert.fail();
    const raw = { status: 'SUCCESS', undocumented: 1 };
    await timeline.store.untrack([key]);
    timeline.panel.keepWhole({ ...tracked, job: { ...(tracked.job ?? assert.fail()), raw } });
    timeline.receive({ kind: 'track-again' });
    await clock.advance(SECOND);
    assert.deepEqual(timeline.store.get(key)?.job?.raw, raw);
  });

  it('can still be copied, but claims no running time', async () => {
    const { clock, timeline } = await open();
    await timeline.store.untrack([key]);
    copiedTexts.length = 0;
    shownTexts.length = 0;
    timeline.receive({ kind: 'copy' });
    await clock.advance(SECOND);
    assert.match(copiedTexts[0] ?? '', /^## RUNNING when last seen: no longer tracked\n/);
    assert.doesNotMatch(copiedTexts[0] ?? '', /Elapsed/);
    assert.deepEqual(shownTexts, ['$(check) Copied']);
  });

  it('is the timeline of another row of the list if that shows the job', async () => {
    const { timeline } = await open();
    const other = await timeline.store.track({ ...reference, jobId: 'other' }, begin);
    const job = jobAt('RUNNING', { jobId: reference.jobId });
    timeline.store.applyResponse(other, { job }, begin);
    await timeline.store.untrack([key]);
    assert.deepEqual([timeline.isClosed(), timeline.page().key, timeline.page().removed], [false, other, undefined]);
  });
});

describe('data from a timeline page', () => {
  it('is a message only if it has one of four kinds', () => {
    for (const kind of ['ready', 'copy', 'open-json', 'track-again']) {
      assert.deepEqual(fromPage({ kind, key: 'other' }), { kind });
    }
    for (const other of [undefined, null, 'copy', {}, { kind: 'run' }, { kind: ['copy'] }, { kind: '' }, []]) {
      assert.equal(fromPage(other), undefined);
    }
  });

  it('is saved state only if it has a key, and a saved page only if it has one', () => {
    assert.equal(savedKey({ key: 'abc' }), 'abc');
    for (const other of [undefined, null, 'abc', {}, { key: 1 }]) assert.equal(savedKey(other), undefined);
    assert.ok(isPageSaved({ key: 'abc', page: {} }));
    for (const other of [undefined, null, 'abc', {}, { page: 1 }, { page: null }]) assert.ok(!isPageSaved(other));
  });
});

import assert from 'node:assert/strict';
import type { MarkdownString, ThemeIcon } from 'vscode';
import { DAY, HOUR, MINUTE, SECOND } from '../../../../src/base/time-units';
import type { JobKey } from '../../../../src/jobs/model/job-reference';
import { DurationHistory } from '../../../../src/jobs/model/duration-history';
import { newlyTracked, type TrackedJob, withError, withResponse } from '../../../../src/jobs/model/tracked-job';
import { jobReport } from '../../../../src/ui/timeline/job-report';
import { shownTimeline, timelinePage } from '../../../../src/ui/timeline/timeline-words';
import { hoverOf } from '../../../../src/ui/tree/job-hovers';
import { childrenOfJob, type JobNode } from '../../../../src/ui/tree/job-nodes';
import { rowItem } from '../../../../src/ui/tree/job-rows';
import { RowSchedule } from '../../../../src/ui/tree/row-schedule';
import { FakeClock } from '../../../support/fake-clock';
import { jobAt, reference, subJobAt } from '../../../support/samples';

const LOAD_BALANCER = '9f5b432c-987e-4777-a1bc-6642be4b2b50';
const SWITCHED_AT = Date.UTC(2026, 0, 1, 12);
const NODE: JobNode = { kind: 'job', id: 'key', key: 'key' };
const HOSTILE = `[quit](command:quit) $(alert) \u202e<b>\n**x** | ${'y'.repeat(10_000)}`;

function upgrade(status = 'SUCCESS', state?: string): TrackedJob {
  const subJobs = [subJobAt({ jobType: 'UPGRADE_TRAFFIC_SWITCH', endTime: SWITCHED_AT, status: 'SUCCESS' })];
  const job = jobAt(status, { jobType: 'UPGRADE', resourceId: LOAD_BALANCER, subJobs });
  const tracked = withResponse(newlyTracked(reference, 0), { job }, SWITCHED_AT + 3 * MINUTE);
  if (state === undefined) return tracked;
  const seenAt = SWITCHED_AT + 4 * MINUTE;
  const byId = new Map([[LOAD_BALANCER, { type: 'loadbalancer', provisioningStatus: state, seenAt } as const]]);
  return { ...tracked, resources: { byId, quotas: new Map(), refused: new Set() } };
}

const facts = { now: SWITCHED_AT + 2 * HOUR + 5 * MINUTE, prediction: undefined, isAlike: false };
const rowOf = (tracked: TrackedJob, node: Parameters<typeof rowItem>[0] = NODE) => rowItem(node, tracked, facts);
const decisionOf = (tracked: TrackedJob) => childrenOfJob(NODE, tracked).find(({ kind }) => kind === 'decision');
const textOf = ({ value }: MarkdownString) => value.replaceAll('&nbsp;', '').replaceAll('\\', '');

function pageOf(tracked: TrackedJob, isRemoved = false) {
  const shown = { key: 'key', tracked, now: facts.now, prediction: undefined, isRemoved };
  return timelinePage(shown, shownTimeline(shown));
}

describe('a waiting upgrade shows', () => {
  it('in its row since when it waits, and below it what each choice means', () => {
    const row = rowOf(upgrade());
    assert.match(String(row.description), /· waiting 2 hr 5 min for completion or rollback$/);
    assert.equal(row.collapsibleState, 2, 'expanded, since it needs attention');
    assert.equal(row.contextValue, 'job.running.waiting');
    const below = decisionOf(upgrade('SUCCESS', 'UPGRADED')) ?? assert.fail();
    const { label, description, iconPath, contextValue } = rowOf(upgrade('SUCCESS', 'UPGRADED'), below);
    assert.deepEqual(
      [label, description, (iconPath as ThemeIcon).id, contextValue],
      [
        'Decision needed',
        'complete (no way back) or roll back (to the old load balancer) · UPGRADED',
        'lightbulb',
        'copyable.decision',
      ],
    );
    assert.equal(rowOf(upgrade(), below).description, 'complete (no way back) or roll back (to the old load balancer)');
  });

  it('only what is possible in the state of its load balancer', () => {
    const words = (state: string) => {
      const tracked = upgrade('SUCCESS', state);
      return rowOf(tracked, decisionOf(tracked) ?? assert.fail()).description;
    };
    assert.equal(words('UPGRADE_FAILED'), 'can only be rolled back (to the old load balancer) · UPGRADE_FAILED');
    assert.equal(words('ROLLBACK_FAILED'), 'can only be rolled back (to the old load balancer) · ROLLBACK_FAILED');
    assert.equal(words('ACTIVE'), 'can neither be completed nor rolled back in this state · ACTIVE');
    assert.equal(words('NEW_STATE'), 'can neither be completed nor rolled back in this state · NEW_STATE');
    assert.match(
      textOf(hoverOf(NODE, upgrade('SUCCESS', 'UPGRADE_FAILED'), facts, undefined)),
      /The load balancer is UPGRADE_FAILED: the upgrade can only be rolled back/,
    );
  });

  it('in its hover since when, the state, the choices, the request and the permission', () => {
    for (const node of [NODE, decisionOf(upgrade()) ?? assert.fail()]) {
      const hover = textOf(hoverOf(node, upgrade('SUCCESS', 'UPGRADED'), facts, undefined));
      assert.match(
        hover,
        /Complete the upgrade \(there is no way back\), or roll it back \(the traffic returns to the old/,
      );
      assert.match(hover, /Until then, other operations on the load balancer are blocked\./);
      assert.match(hover, /POST \/v3\/\{project_id\}\/elb\/loadbalancers\/\{loadbalancer_id\}\/upgrade/);
      assert.match(hover, /action complete or rollback; it needs the permission elb:loadbalancers:update/);
      assert.match(hover, /\*Waiting since\* +Jan 1, 2026/);
      assert.match(hover, /\*Load balancer state\* +UPGRADED/);
    }
  });

  it('in its report and in its timeline the same', () => {
    const report = jobReport([upgrade('SUCCESS', 'UPGRADED')], facts.now).replaceAll('\\', '');
    assert.match(report, /^- Decision needed: Complete the upgrade .*permission elb:loadbalancers:update\.$/m);
    assert.match(report, /^\| Waiting since \| 2026-01-01T12:00:00Z/m);
    assert.match(report, /^\| Load balancer state \| `UPGRADED` \|$/m);
    const page = pageOf(upgrade('SUCCESS', 'UPGRADED'));
    assert.match(page.summary.text ?? '', /waiting 2 hr 5 min for completion or rollback/);
    const details = new Map(page.rows[0]?.details.map(({ label, values }) => [label, values[0]]));
    assert.match(details.get('Decision needed')?.text ?? '', /^Complete the upgrade/);
    assert.deepEqual(details.get('Waiting since'), { instant: SWITCHED_AT });
    assert.deepEqual(details.get('Load balancer state'), { quoted: 'UPGRADED' });
    assert.deepEqual([page.words.openInConsole, page.words.copyCommand], ['Open in Console', 'Copy Command']);
  });

  it('none of it once it is completed, no longer reported, or no longer tracked', () => {
    const lost = withError(upgrade(), { kind: 'no-longer-kept' }, facts.now);
    for (const tracked of [upgrade('COMPLETE', 'ACTIVE'), lost]) {
      assert.equal(decisionOf(tracked), undefined);
      assert.doesNotMatch(String(rowOf(tracked).contextValue), /waiting/);
      assert.doesNotMatch(jobReport([tracked], facts.now), /Decision needed/);
      assert.doesNotMatch(textOf(hoverOf(NODE, tracked, facts, undefined)), /Complete the upgrade/);
      assert.equal(pageOf(tracked).words.copyCommand, undefined);
    }
    assert.equal(pageOf(upgrade(), true).words.copyCommand, undefined);
  });

  it('an unknown state as text, whatever it contains', () => {
    const tracked = upgrade('SUCCESS', HOSTILE);
    const description = String(rowOf(tracked, decisionOf(tracked) ?? assert.fail()).description);
    assert.doesNotMatch(description, /\]\(|\$\(|\u202e|\n/);
    assert.ok(description.length < 200);
    const { value } = hoverOf(NODE, tracked, facts, undefined);
    assert.doesNotMatch(value, /[^\\]\[quit\]|[^\\]<b>|\u202e/);
    assert.doesNotMatch(jobReport([tracked], facts.now), /\u202e|^\*\*x/m);
  });
});

describe('the row of a waiting upgrade', () => {
  it('is redrawn when the time that it has waited changes, and only then', async () => {
    const clock = new FakeClock(SWITCHED_AT + 90 * SECOND);
    const begin = clock.now();
    const redrawn: number[] = [];
    let jobs = new Map<JobKey, TrackedJob>([['key', upgrade()]]);
    const schedule = new RowSchedule({
      store: { all: () => jobs },
      durations: new DurationHistory(),
      clock,
      isVisible: () => true,
      redraw: () => redrawn.push((clock.now() - begin) / SECOND),
    });
    schedule.update();
    await clock.advance(3 * MINUTE);
    assert.deepEqual(redrawn, [30, 90, 150]);
    await clock.advance(2 * DAY);
    redrawn.length = 0;
    await clock.advance(3 * HOUR);
    assert.equal(redrawn.length, 3, 'once an hour after a day');
    jobs = new Map([['key', upgrade('COMPLETE')]]);
    schedule.update();
    assert.equal(clock.pendingTimers, 0);
  });
});

import assert from 'node:assert/strict';
import { DAY, HOUR, MINUTE, SECOND } from '../../../../src/base/time-units';
import { MAX_RETRY_AFTER_MS } from '../../../../src/cloud/http/response-error';
import * as budget from '../../../../src/jobs/budget/sliding-window';
import * as discovery from '../../../../src/jobs/discovery/discovery-schedule';
import { MIN_SAMPLES } from '../../../../src/jobs/model/duration-history';
import { RETRY_DELAYS_MS } from '../../../../src/jobs/model/not-found-polls';
import * as lists from '../../../../src/jobs/polling/list-policy';
import { MAX_LIST_MISSES } from '../../../../src/jobs/polling/poll-plans';
import * as schedule from '../../../../src/jobs/polling/poll-schedule';
import { MAX_SLEEP_MS, MAX_SLEEP_UNREACHABLE_MS } from '../../../../src/jobs/polling/project-poller';
import { FOCUS_REQUEST_INTERVAL_MS } from '../../../../src/jobs/polling/urgent-polls';
import { RESOURCE_RETENTION_MS } from '../../../../src/jobs/resources/known-project';
import { GATHER_MS, RETRY_MS } from '../../../../src/jobs/resources/resource-lookups';
import { MAX_IDS_PER_REQUEST } from '../../../../src/jobs/resources/resource-source';
import { BEAT_INTERVAL_MS, STALE_AFTER_MS } from '../../../../src/storage/lease';
import { DEFAULT_REQUEST_BUDGET, MAX_REQUEST_BUDGET, MIN_REQUEST_BUDGET } from '../../../../src/ui/editor/settings';
import { batch, BEGIN, exampleJob, fixed, ours } from '../../../bench/polling/polling-figures';
import { readMarkdown } from '../../../support/product/markdown-files';

const page = readMarkdown('docs/polling.md');
const s = (ms: number) => `${ms / SECOND} s`;
const min = (ms: number) => `${ms / MINUTE} min`;
const percent = (share: number) => `${share * 100} %`;
const [first = 0, second = 0, third = 0] = schedule.LATE_POLL_DELAYS_MS;
const [firstRetry = 0, secondRetry = 0, thirdRetry = 0] = RETRY_DELAYS_MS;

/** Every figure of the page, in the words around it. */
const FIGURES = [
  `${percent(schedule.INTERVAL_SHARE_OF_AGE)} of its age, but at least ${s(schedule.MIN_INTERVAL_MS)} and at most ${s(schedule.MAX_INTERVAL_MS)}`,
  `Once after ${s(schedule.MIN_INTERVAL_MS)}, then`,
  `${percent(schedule.INTERVAL_SHARE_OF_EXPECTED)} of the expected duration, if at least ${MIN_SAMPLES} jobs`,
  `After ${first / MINUTE}, ${second / MINUTE} and ${min(third)}, since`,
  `Every ${min(schedule.WAITING_UPGRADE_INTERVAL_MS)} for the first day, then every ${min(schedule.LATER_WAITING_UPGRADE_INTERVAL_MS)}`,
  `never twice within ${s(schedule.MIN_INTERVAL_MS)}`,
  `at most ${s(MAX_SLEEP_MS)} to notice, and ${s(MAX_SLEEP_UNREACHABLE_MS)} while`,
  `vary by ${percent(schedule.JITTER)} at random`,
  `From ${lists.MIN_JOBS} due jobs of a project on, one request lists them all; from ${lists.MIN_JOBS_WHEN_SHORT} on`,
  `A job that ${MAX_LIST_MISSES} lists in a row lack`,
  `lists pause for ${min(lists.PAUSE_AFTER_ERROR_MS)}`,
  `one in ${min(discovery.SLOW_INTERVAL_MS)}`,
  `(${DEFAULT_REQUEST_BUDGET} by default, ${MIN_REQUEST_BUDGET} to ${MAX_REQUEST_BUDGET}) are sent in any ${budget.SERVICE_WINDOW_MS / MINUTE} minutes`,
  `counts for ${s(budget.TRANSIT_MS)} longer`,
  `half of that limit for ${budget.LOWERED_FOR_MS / HOUR} hours`,
  `shows every ${s(BEAT_INTERVAL_MS)} that it is alive. If it has not for ${s(STALE_AFTER_MS)}`,
  `at most every ${s(FOCUS_REQUEST_INTERVAL_MS)}.`,
  `grow to at most ${s(schedule.MAX_BACKOFF_MS)}`,
  `at most ${min(MAX_RETRY_AFTER_MS)}, and then`,
  `again after ${s(firstRetry)}, ${s(secondRetry)} and ${min(thirdRetry)}, then`,
  `gathered for ${s(GATHER_MS)}, and up to ${MAX_IDS_PER_REQUEST} of them`,
  `again after ${min(RETRY_MS)}`,
  `kept for ${RESOURCE_RETENTION_MS / DAY} days`,
];

/** Statuses of HTTP, which are no figures of ours. */
const STATUSES = /\b(?:4\d\d|5xx)\b/g;

describe('the page about polling', () => {
  const [text = '', measured = ''] = page.replace(/\s+/g, ' ').split('## Compared with a fixed interval');

  it('has the figures of the code', () => {
    for (const figure of FIGURES) assert.ok(text.includes(figure), figure);
    assert.deepEqual([discovery.INTERVAL_MS, budget.SHARE], [MINUTE, 1 / 2], 'which the page has in words');
  });

  it('has no figure that this test does not know', () => {
    const left = FIGURES.reduce((rest, figure) => rest.replace(figure, ''), text).replace(STATUSES, '');
    assert.deepEqual(left.match(/.{0,40}\d.{0,20}/g) ?? [], []);
  });

  it('compares with a fixed interval as the engine polls in fact', async () => {
    for (const jobs of [[exampleJob(0, BEGIN, 'ef6da45b-35d9-4c18-8c35-0b80d94ab9e6')], batch(100, exampleJob)]) {
      const simulated = { name: '', jobs };
      const { requests, meanDelay } = await ours(simulated, false);
      const every2s = fixed(simulated, 2 * SECOND);
      const numbers = [requests, every2s.requests].map((count) => count.toLocaleString('en-US'));
      const row = [...numbers, `${(meanDelay / SECOND).toFixed(1)} s |`].join(' | ');
      assert.ok(measured.includes(` | ${row}`), row);
    }
  }).timeout(120_000);
});

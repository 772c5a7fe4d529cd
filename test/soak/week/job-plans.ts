/** The jobs of a simulated week, each with its planned course. */
import { SECOND, HOUR, DAY, MINUTE } from '../../../src/base/time-units';
import { jobKey, type JobKey, type JobReference } from '../../../src/jobs/model/job-reference';
import {
  jobAt,
  type MainJob,
  type StartedJob,
  type SubJobScript,
  type Transition,
} from '../../../src/simulator/jobs/job-script';
import type { SeededRandom } from '../../support/seeded-random';

export const PROJECTS = ['a', 'b', 'c'].map((letter) => letter.repeat(32));
/** Followed for new jobs; see FollowedJobs. */
export const FOLLOWED_PROJECT = 'd'.repeat(32);
/** One budget per key; two projects share one. */
export const BUDGETS = ['key-1', 'key-2'] as const;

export function budgetNameOf(projectId: string): string {
  return BUDGETS[projectId === PROJECTS[2] || projectId === FOLLOWED_PROJECT ? 1 : 0];
}

export const ENDPOINT = 'https://elb.cn-north-4.myhuaweicloud.com';

export interface JobPlan {
  readonly key: JobKey;
  readonly reference: JobReference;
  readonly started: StartedJob;
  /** As all times here: milliseconds of true time since the beginning. */
  readonly startsAt: number;
  /** The service does not find the job before. */
  readonly knownFrom: number;
  /** The service does not list the job before; as `knownFrom` if missing. */
  readonly listedFrom?: number;
  /** Of the job itself, without its sub-jobs. */
  readonly transitions: readonly Transition[];
}

const TYPES = [
  'cloneLoadbalancer',
  'cloneListener',
  'batchCreateV3Loadbalancer',
  'batchDeleteListener',
  'importTemplate',
];
const MIN_DURATION_MS = 30 * SECOND;
export const MAX_DURATION_MS = 6 * HOUR;

export interface Week {
  readonly beginning: number;
  readonly days: number;
  readonly jobs: number;
}

export function planJobs({ beginning, days, jobs }: Week, random: SeededRandom): JobPlan[] {
  const plans: JobPlan[] = [];
  // All jobs end before the week does, except for upgrades that wait until a day after it.
  const lastStart = days * DAY - MAX_DURATION_MS - HOUR;
  while (plans.length < jobs) {
    const at = random.between(0, lastStart);
    // Some projects have more jobs than others.
    const project = PROJECTS[Math.floor(PROJECTS.length * random.next() ** 2)] ?? '';
    // Some jobs come in batches of similar jobs.
    const count = Math.min(jobs - plans.length, random.chance(0.12) ? random.between(4, 30) : 1);
    const length = random.logBetween(MIN_DURATION_MS, MAX_DURATION_MS);
    for (let index = 0; index < count; index += 1) {
      const own = count > 1 ? Math.min(MAX_DURATION_MS, Math.round(length * (0.9 + 0.2 * random.next()))) : length;
      plans.push(planJob(plans.length, { beginning, days }, at + index * 40, project, own, random));
    }
  }
  return plans;
}

export function planJob(
  index: number,
  { beginning, days }: Pick<Week, 'beginning' | 'days'>,
  startsAt: number,
  projectId: string,
  length: number,
  random: SeededRandom,
): JobPlan {
  const jobId = `37d5c1fd-fa57-4c6d-bdcd-${String(index).padStart(12, '0')}`;
  const isUpgrade = random.chance(0.15);
  const transitions = [
    { at: 0, status: 'INIT' },
    { at: Math.round(length / 50), status: 'RUNNING' },
    // An undocumented status, at which the job is still running.
    ...(random.chance(0.03) ? [{ at: Math.round(length / 2), status: 'PAUSED' }] : []),
    ...(isUpgrade ? endOfUpgrade(length, (days + 1) * DAY - startsAt, random) : endOf(length, random)),
  ];
  const reference = { endpoint: ENDPOINT, projectId, jobId };
  return {
    key: jobKey(reference),
    reference,
    startsAt,
    knownFrom: startsAt + (random.chance(0.2) ? random.between(SECOND, MINUTE) : 0),
    transitions: transitions.map(({ at, status }) => ({ at: startsAt + at, status })),
    started: {
      projectId,
      jobId,
      bodyJobId: random.chance(0.15) ? `ef6da45b-35d9-4c18-8c35-${String(index).padStart(12, '0')}` : jobId,
      startedAt: beginning + startsAt,
      script: {
        jobType: isUpgrade ? 'UPGRADE' : random.pick(TYPES),
        resourceId: `resource-${index}`,
        transitions,
        subJobs: [subJob(`${index}-b`, length / 2, length), subJob(`${index}-a`, 0, length / 2)],
      },
    },
  };
}

function endOf(length: number, random: SeededRandom): Transition[] {
  const kind = random.next();
  if (kind < 0.15) return rollback(length, random);
  const status = kind < 0.75 ? 'COMPLETE' : kind < 0.85 ? 'SUCCESS' : kind < 0.96 ? 'FAIL' : 'CANCEL';
  return [{ at: length, status }];
}

/** The job fails and is rolled back later, with or without success: it ends twice. */
function rollback(length: number, random: SeededRandom, first = 'FAIL'): Transition[] {
  const back = length + random.logBetween(5 * SECOND, 15 * MINUTE);
  const end = back + random.logBetween(5 * SECOND, HOUR);
  return [
    { at: length, status: first },
    { at: back, status: 'ROLLBACKING' },
    { at: end, status: random.chance(0.6) ? 'ROLLBACK_FAIL' : 'FAIL' },
  ];
}

/** @param latest when an upgrade is completed whose owner takes days to decide */
function endOfUpgrade(length: number, latest: number, random: SeededRandom): Transition[] {
  const kind = random.next();
  if (kind < 0.15) return rollback(length, random, 'SUCCESS');
  return [
    { at: length, status: 'SUCCESS' },
    { at: kind < 0.25 ? latest : length + random.logBetween(SECOND, 20 * HOUR), status: 'COMPLETE' },
  ];
}

function subJob(jobId: string, from: number, to: number): SubJobScript {
  return {
    jobId,
    jobType: 'part',
    resourceId: `resource-${jobId}`,
    entities: [{ resource_id: `resource-${jobId}`, resource_type: 'listener' }],
    transitions: [
      { at: Math.round(from), status: 'RUNNING' },
      { at: Math.round(to), status: 'SUCCESS' },
    ],
  };
}

/** A job as the service shows it; the same object as long as nothing changes. */
export class ShownJob {
  private readonly changes: readonly number[];
  private passed = 0;
  private shown: MainJob | undefined;

  constructor(readonly plan: JobPlan) {
    const { script, startedAt } = plan.started;
    const own = script.transitions.map(({ at }) => startedAt + at);
    const parts = script.subJobs.flatMap(({ transitions }) => transitions.map(({ at }) => startedAt + at));
    this.changes = [...own, ...parts].sort((a, b) => a - b);
  }

  /** @param instant not earlier than in the last call */
  at(instant: number): MainJob | undefined {
    const before = this.passed;
    while ((this.changes[this.passed] ?? Infinity) <= instant) this.passed += 1;
    if (this.passed !== before) this.shown = jobAt(this.plan.started, instant);
    return this.shown;
  }
}

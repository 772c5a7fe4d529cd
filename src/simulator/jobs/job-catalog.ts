/** Makes scripts for the kinds of jobs that ELB has, with a given outcome and duration. */
import { InputError } from '../base/input-error';
import { checkScript, type JobError, type JobScript, type SubJobScript, type Transition } from './job-script';
import type { Random } from '../base/random';
import { MINUTE } from '../../base/time-units';

/** The job types that ListJobs documents, and a template import. */
export const JOB_KINDS = [
  'cloneLoadbalancer',
  'cloneListener',
  'UPGRADE',
  'batchCreateV3Loadbalancer',
  'batchCreateV2Loadbalancer',
  'batchDeleteLoadbalancer',
  'batchDeleteListener',
  // The documentation mentions template imports but no job_type for them: this is a guess.
  'importTemplate',
] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/**
 * How a job ends. A rollback goes through FAIL and ROLLBACKING to FAIL if it succeeds, or to ROLLBACK_FAIL. The status
 * after a successful rollback is not published, and no documented status expresses it.
 */
export const OUTCOMES = ['complete', 'fail', 'rollback', 'rollbackFail', 'cancel'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface CatalogJob {
  readonly kind: JobKind;
  /** By default `complete`. */
  readonly outcome?: Outcome | undefined;
  /** From the start to the last transition; by default a minute. */
  readonly durationMs?: number | undefined;
}

/** A sub-job of a plan: its begin and end as parts of the whole work, from 0 to 1. */
interface Stage {
  readonly jobType: string;
  readonly resourceType: 'loadbalancer' | 'listener';
  readonly from: number;
  readonly to: number;
}

interface Plan {
  /** In time order. */
  readonly stages: readonly Stage[];
  /** The index of the stage in which the work stops if it does not complete. */
  readonly stopsIn: number;
  /** Whether all stages have the same resource, or each its own. */
  readonly resource: 'shared' | 'each';
  readonly canRollBack: boolean;
  /** The index of the stage after which the main job is in SUCCESS, before it completes. */
  readonly successAfter?: number;
  readonly error: JobError;
}

// The values of error_code in failed jobs are not published: these are documented codes of the API.
const QUOTA: JobError = { code: 'ELB.8905', message: 'Quota exceeded for resources: loadbalancer.' };
const CONFLICT: JobError = { code: 'ELB.8907', message: 'The resource is being used by another operation.' };
const INTERNAL: JobError = { code: 'ELB.8906', message: 'Internal server error: the traffic could not be switched.' };
const INVALID: JobError = { code: 'ELB.8902', message: 'The template holds an invalid listener.' };

const PLANS: Readonly<Record<JobKind, Plan>> = {
  cloneLoadbalancer: {
    stages: [
      { jobType: 'cloneLoadbalancer', resourceType: 'loadbalancer', from: 0, to: 0.5 },
      { jobType: 'cloneListener', resourceType: 'listener', from: 0.52, to: 0.8 },
      { jobType: 'cloneListener', resourceType: 'listener', from: 0.6, to: 1 },
    ],
    stopsIn: 2,
    resource: 'each',
    canRollBack: true,
    error: QUOTA,
  },
  cloneListener: {
    stages: [{ jobType: 'cloneListener', resourceType: 'listener', from: 0, to: 1 }],
    stopsIn: 0,
    resource: 'each',
    canRollBack: true,
    error: CONFLICT,
  },
  UPGRADE: {
    // With the pauses of the official example: before the switch, and then until the user completes the upgrade.
    stages: [
      { jobType: 'UPGRADE_INIT', resourceType: 'loadbalancer', from: 0, to: 0.8 },
      { jobType: 'UPGRADE_TRAFFIC_SWITCH', resourceType: 'loadbalancer', from: 0.82, to: 0.86 },
      { jobType: 'UPGRADE_COMPLETE', resourceType: 'loadbalancer', from: 0.93, to: 1 },
    ],
    stopsIn: 1,
    resource: 'shared',
    canRollBack: true,
    successAfter: 1,
    error: INTERNAL,
  },
  batchCreateV3Loadbalancer: batch('batchCreateV3Loadbalancer', 'loadbalancer', QUOTA, true),
  batchCreateV2Loadbalancer: batch('batchCreateV2Loadbalancer', 'loadbalancer', QUOTA, true),
  // A deletion cannot be rolled back.
  batchDeleteLoadbalancer: batch('batchDeleteLoadbalancer', 'loadbalancer', CONFLICT, false),
  batchDeleteListener: batch('batchDeleteListener', 'listener', CONFLICT, false),
  importTemplate: {
    stages: [
      { jobType: 'importTemplate', resourceType: 'loadbalancer', from: 0, to: 0.7 },
      { jobType: 'importTemplate', resourceType: 'listener', from: 0.72, to: 1 },
    ],
    stopsIn: 1,
    resource: 'each',
    canRollBack: true,
    error: INVALID,
  },
};

/** A plan for three resources in parallel. Sub-job types of batches are not published: they have the main job's type. */
function batch(jobType: JobKind, resourceType: Stage['resourceType'], error: JobError, canRollBack: boolean): Plan {
  const stage = (from: number, to: number): Stage => ({ jobType, resourceType, from, to });
  return {
    stages: [stage(0, 0.6), stage(0.1, 0.8), stage(0.2, 1)],
    stopsIn: 2,
    resource: 'each',
    canRollBack,
    error,
  };
}

/** The statuses after the work, by their part of the whole duration; the work stops at the first. */
const ENDINGS: Readonly<Record<Outcome, readonly { readonly part: number; readonly status: string }[]>> = {
  complete: [{ part: 1, status: 'COMPLETE' }],
  fail: [{ part: 1, status: 'FAIL' }],
  rollback: [
    { part: 0.6, status: 'FAIL' },
    { part: 0.65, status: 'ROLLBACKING' },
    { part: 1, status: 'FAIL' },
  ],
  rollbackFail: [
    { part: 0.6, status: 'FAIL' },
    { part: 0.65, status: 'ROLLBACKING' },
    { part: 1, status: 'ROLLBACK_FAIL' },
  ],
  cancel: [{ part: 1, status: 'CANCEL' }],
};

/** @throws InputError for an invalid duration, and for a rollback of a kind that cannot be rolled back. */
export function scriptOf({ kind, outcome = 'complete', durationMs = MINUTE }: CatalogJob, random: Random): JobScript {
  const plan = PLANS[kind];
  if (!Number.isFinite(durationMs) || durationMs < 0) {
    throw new InputError('durationMs must be a finite number, not negative.');
  }
  if (outcome.startsWith('rollback') && !plan.canRollBack) throw new InputError(`A ${kind} cannot be rolled back.`);

  const completes = outcome === 'complete';
  const stages = completes ? plan.stages : plan.stages.slice(0, plan.stopsIn + 1);
  const worked = stages.at(-1)?.to ?? 1;
  const stopsAt = ENDINGS[outcome][0]?.part ?? 1;
  /** Converts a part of the work into an offset in ms. */
  const offset = (part: number): number => Math.round((part / worked) * stopsAt * durationMs);
  const ending: Transition[] = ENDINGS[outcome].map(({ part, status }) => ({
    at: Math.round(part * durationMs),
    status,
    error: status === 'FAIL' ? plan.error : undefined,
  }));

  const resourceId = random.uuid();
  const subJobs = stages.map((stage, index): SubJobScript => {
    const ownId = plan.resource === 'shared' ? resourceId : random.uuid();
    const stops = !completes && index === plan.stopsIn;
    return {
      jobId: random.uuid(),
      jobType: stage.jobType,
      resourceId: ownId,
      entities: [{ resource_id: ownId, resource_type: stage.resourceType }],
      transitions: [
        { at: offset(stage.from), status: 'INIT' },
        { at: offset(stage.from + (stage.to - stage.from) / 10), status: 'RUNNING' },
        ...(stops ? ending : [{ at: offset(stage.to), status: 'SUCCESS' }]),
      ],
    };
  });
  const switched = completes && plan.successAfter !== undefined ? plan.stages[plan.successAfter] : undefined;
  const script: JobScript = {
    jobType: kind,
    resourceId,
    transitions: [
      { at: 0, status: 'INIT' },
      { at: offset(worked / 100), status: 'RUNNING' },
      ...(switched ? [{ at: offset(switched.to), status: 'SUCCESS' }] : []),
      ...ending,
    ],
    subJobs: outOfOrder(subJobs),
  };
  checkScript(script);
  return script;
}

/** Puts the second before the first, as in the official example, so that the order is never time order. */
function outOfOrder<T>([first, second, ...others]: readonly T[]): readonly T[] {
  return [second, first, ...others].filter((item) => item !== undefined);
}

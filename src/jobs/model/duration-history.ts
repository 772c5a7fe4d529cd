/** Predicts how long a job takes from the durations of earlier jobs of its type. */
import type { JobFields } from '../../cloud/api/job';
import type { ProjectReference } from './project';
import { classifyStatus } from './job-status';

export interface Prediction {
  readonly medianMs: number;
  /** About two thirds of the jobs differ from the median by no more than this. */
  readonly spreadMs: number;
  readonly samples: number;
}

/** A prediction from fewer samples would be a guess. */
export const MIN_SAMPLES = 3;
/** Per job type; the latest count. */
const MAX_SAMPLES = 50;
/** The latest count. */
const MAX_JOB_TYPES = 100;
/** As a share of the median: even if all samples are equal, the next job may differ. */
const MIN_SPREAD = 0.05;
/** The standard deviation of a normal distribution, divided by the median distance from its median. */
const DEVIATION_FACTOR = 1.4826;

export class DurationHistory {
  /** In milliseconds, by job type and job id, the latest last. */
  private readonly durations = new Map<string, Map<string, number>>();
  /** A cache by job type, cleared when its durations change. */
  private readonly predictions = new Map<string, Prediction | undefined>();
  private latestType: string | undefined;
  private separate: DurationHistory | undefined;

  /** @param isSeparate whether the jobs of a project have a history of their own, such as the demo's */
  constructor(private readonly isSeparate: (project: ProjectReference) => boolean = () => false) {}

  /** @returns the history that the project's jobs are part of */
  of(project: ProjectReference): DurationHistory {
    return this.isSeparate(project) ? (this.separate ??= new DurationHistory()) : this;
  }

  /** Adds a job if it succeeded: the duration of a failure says nothing about a success. */
  add({ jobId, jobType, status, beginTime, endTime }: JobFields): void {
    if (jobId === undefined || jobType === undefined || classifyStatus(status) !== 'succeeded') return;
    if (beginTime === undefined || endTime === undefined || endTime < beginTime) return;
    const durations = this.durations.get(jobType) ?? new Map<string, number>();
    if (durations.get(jobId) === endTime - beginTime) return;
    this.touch(jobType, durations);
    this.predictions.delete(jobType);
    durations.delete(jobId);
    durations.set(jobId, endTime - beginTime);
    if (durations.size <= MAX_SAMPLES) return;
    const [oldest = ''] = durations.keys();
    durations.delete(oldest);
  }

  /** Makes the job type the latest, and forgets the oldest if there are too many. */
  private touch(jobType: string, durations: Map<string, number>): void {
    if (this.latestType === jobType) return;
    this.latestType = jobType;
    this.durations.delete(jobType);
    this.durations.set(jobType, durations);
    if (this.durations.size <= MAX_JOB_TYPES) return;
    const [oldestType = ''] = this.durations.keys();
    this.durations.delete(oldestType);
    this.predictions.delete(oldestType);
  }

  /** @returns undefined if there are too few samples */
  predict(jobType = ''): Prediction | undefined {
    if (!this.durations.has(jobType)) return undefined;
    if (!this.predictions.has(jobType)) this.predictions.set(jobType, this.calculate(jobType));
    return this.predictions.get(jobType);
  }

  private calculate(jobType: string): Prediction | undefined {
    const durations = [...(this.durations.get(jobType)?.values() ?? [])];
    if (durations.length < MIN_SAMPLES) return undefined;
    const median = medianOf(durations);
    const deviation = DEVIATION_FACTOR * medianOf(durations.map((duration) => Math.abs(duration - median)));
    return { medianMs: median, spreadMs: Math.max(deviation, MIN_SPREAD * median), samples: durations.length };
  }
}

/** @returns milliseconds until a running job is expected to end; undefined if it should have ended already */
export function timeLeft({ medianMs }: Prediction, ageMs: number): number | undefined {
  return ageMs < medianMs ? medianMs - ageMs : undefined;
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  // The list is not empty.
  const [low = 0, high = low] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}

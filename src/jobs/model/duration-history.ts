/** How long a job of a type takes, from how long those before it took. */
import type { JobFields } from '../../cloud/api/job';
import type { ProjectReference } from './project';
import { classifyStatus } from './job-status';

export interface Prediction {
  /** Milliseconds from begin to end. */
  readonly median: number;
  /** Milliseconds; about two thirds of the jobs end within so much of the median. */
  readonly spread: number;
  readonly samples: number;
}

/** With fewer it would be a guess. */
const FEWEST_SAMPLES = 3;
/** Of each type the latest so many count. */
const MOST_SAMPLES = 50;
/** Of the median: what takes the same time every time is not known to the second either. */
const SMALLEST_SPREAD = 0.05;
/** Of a normal distribution: its standard deviation is so many times the median of the distances from its median. */
const DEVIATIONS = 1.4826;

export class DurationHistory {
  /** By job type, then by the id of the job, the latest last. */
  private readonly durations = new Map<string, Map<string, number>>();
  /** By job type: what its durations come to, until there are others. */
  private readonly predictions = new Map<string, Prediction | undefined>();
  private apart: DurationHistory | undefined;

  /** @param isApart of whose jobs the others learn nothing, nor they of the others. */
  constructor(private readonly isApart: (project: ProjectReference) => boolean = () => false) {}

  /** What the jobs of that project teach and learn from. */
  of(project: ProjectReference): DurationHistory {
    return this.isApart(project) ? (this.apart ??= new DurationHistory()) : this;
  }

  /** Learns of a job that has succeeded; how long a failure took says nothing of a success. */
  add({ jobId, jobType, status, beginTime, endTime }: JobFields): void {
    if (jobId === undefined || jobType === undefined || classifyStatus(status) !== 'succeeded') return;
    if (beginTime === undefined || endTime === undefined || endTime < beginTime) return;
    const durations = this.durations.get(jobType) ?? new Map<string, number>();
    this.durations.set(jobType, durations);
    if (durations.get(jobId) === endTime - beginTime) return;
    this.predictions.delete(jobType);
    durations.delete(jobId);
    durations.set(jobId, endTime - beginTime);
    const [oldest] = durations.keys();
    if (durations.size > MOST_SAMPLES && oldest !== undefined) durations.delete(oldest);
  }

  predict(jobType = ''): Prediction | undefined {
    if (!this.predictions.has(jobType)) this.predictions.set(jobType, this.calculate(jobType));
    return this.predictions.get(jobType);
  }

  private calculate(jobType: string): Prediction | undefined {
    const durations = [...(this.durations.get(jobType)?.values() ?? [])];
    if (durations.length < FEWEST_SAMPLES) return undefined;
    const median = medianOf(durations);
    const deviation = DEVIATIONS * medianOf(durations.map((duration) => Math.abs(duration - median)));
    return { median, spread: Math.max(deviation, SMALLEST_SPREAD * median), samples: durations.length };
  }
}

/** Milliseconds until a running job is expected to end; undefined where it should have ended already. */
export function timeLeft({ median }: Prediction, age: number): number | undefined {
  return age < median ? median - age : undefined;
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  // The list is not empty.
  const [low = 0, high = low] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}

/** The last warnings and errors of the log, for a bug report. */
import type { Instant } from '../../base/clock';

export interface LoggedProblem {
  readonly level: 'warn' | 'error';
  readonly at: Instant;
  readonly line: string;
}

const MAX_PROBLEMS = 20;

export class LastProblems {
  private problems: readonly LoggedProblem[] = [];

  /** @param problem with a line of the log: short, and without secrets */
  add(problem: LoggedProblem): void {
    this.problems = [...this.problems.slice(1 - MAX_PROBLEMS), problem];
  }

  /** @returns at most 20, the latest last */
  all(): readonly LoggedProblem[] {
    return this.problems;
  }
}

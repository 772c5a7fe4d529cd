/** The report of the soak benchmark: totals and worst values over all seeds, and the seeds that failed. */
import type { SoakResult } from '../soak/week/week';

/** Of the failed seeds, the report lists the first ones in full; a run with `--seed` repeats any of them. */
const MAX_LISTED_FAILURES = 5;

/** Returns the line that the benchmark prints at its end. Needs at least one result; results are in the order of seeds. */
export function soakSummary(results: readonly SoakResult[], seconds: number) {
  const total = totalOf(results);
  return {
    seeds: [results[0]?.seed, results.at(-1)?.seed],
    failed: failuresIn(results).length,
    endings: total(({ endings }) => endings),
    requests: total(({ requests }) => requests),
    seconds,
  };
}

/** Returns the content of the report. Times are in milliseconds. */
export function soakReport(results: readonly SoakResult[], seconds: number) {
  const total = totalOf(results);
  const worst = (valueOf: (result: SoakResult) => number) => {
    const value = Math.max(...results.map(valueOf));
    return { value, seeds: results.filter((result) => valueOf(result) === value).length };
  };
  return {
    ...soakSummary(results, seconds),
    windows: total(({ windows }) => windows),
    killedWindows: total(({ killed }) => killed),
    jobs: total(({ jobs }) => jobs),
    announced: total(({ announced }) => announced),
    unseen: total(({ unseen }) => unseen),
    moved: total(({ moved }) => moved),
    /** How many seeds ran with each request budget, and the most requests that one of them sent in five minutes. */
    budgets: budgetsOf(results),
    /** The worst seed's value, and how many seeds have it. */
    worst: {
      medianNoticeMs: worst(({ noticedAfter }) => noticedAfter.median),
      p95NoticeMs: worst(({ noticedAfter }) => noticedAfter.p95),
      maxNoticeMs: worst(({ noticedAfter }) => noticedAfter.longest),
      requests: worst(({ requests }) => requests),
      killedWindows: worst(({ killed }) => killed),
    },
    failures: failuresIn(results).slice(0, MAX_LISTED_FAILURES),
  };
}

function totalOf(results: readonly SoakResult[]) {
  return (valueOf: (result: SoakResult) => number) => results.reduce((sum, result) => sum + valueOf(result), 0);
}

function failuresIn(results: readonly SoakResult[]): readonly SoakResult[] {
  return results.filter(({ failures }) => failures.length > 0);
}

function budgetsOf(results: readonly SoakResult[]) {
  const limits = [...new Set(results.map(({ limit }) => limit))].sort((a, b) => a - b);
  return limits.map((limit) => {
    const ofLimit = results.filter((result) => result.limit === limit);
    const maxIn5Minutes = Math.max(...ofLimit.map(({ maxIn5Minutes }) => maxIn5Minutes));
    return { limit, seeds: ofLimit.length, maxIn5Minutes };
  });
}

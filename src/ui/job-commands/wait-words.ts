/** How the waiting for several jobs goes, and how it ended. */
import { env, l10n } from 'vscode';
import { isDemo } from '../../demo/demo-project';
import type { WaitedJob } from '../../jobs/waiting/job-waiter';
import { type Outcome, WORST_FIRST, worstOf } from '../../jobs/waiting/outcome';
import { countWithDemoMark } from '../text/demo-words';
import { formatElapsed } from '../text/duration';
import { distinctJobTitle } from '../text/job-words';
import { truncate } from '../text/plain-text';
import { joinWithCommas, withDetail, withDots } from '../text/punctuation';

type CountedJob = Pick<WaitedJob, 'outcome' | 'tracked'>;

/** A notification has two lines of about 60 characters. */
const MAX_NAME_LENGTH = 60;

/** Until when running jobs are expected to run. */
export interface ExpectedEnd {
  /** Of the longest. */
  readonly leftMs: number;
  /** Whether some may run longer, since nothing is known of them. */
  readonly isAtLeast: boolean;
}

/** E.g. `2 of 5 ended · 1 failed · about 12 min left`. */
export function waitProgressWords(jobs: readonly CountedJob[], end: ExpectedEnd | undefined): string {
  const ended = jobs.filter(({ outcome }) => outcome !== undefined).length;
  const failed = jobs.filter(({ outcome }) => outcome === 'failed').length;
  return withDots([
    l10n.t('{ended} of {total} ended', { ended, total: jobs.length }),
    failed === 0 ? undefined : l10n.t('{count} failed', { count: failed }),
    end && leftWords(end),
  ]);
}

function leftWords({ leftMs, isAtLeast }: ExpectedEnd): string {
  const duration = formatElapsed(leftMs, env.language);
  return isAtLeast ? l10n.t('at least {duration} left', { duration }) : l10n.t('about {duration} left', { duration });
}

export interface WaitSummary {
  readonly words: string;
  readonly severity: 'information' | 'warning' | 'error';
}

/** E.g. `Waited for 5 jobs: 1 failed (UPGRADE · prod-api · 37d5c1fd), 4 succeeded`. */
export function waitSummary(jobs: readonly CountedJob[]): WaitSummary {
  const outcome = worstOf(jobs.map((job) => job.outcome));
  const count = jobs.length;
  const words =
    outcome === 'succeeded'
      ? l10n.t('All {count} jobs succeeded.', { count })
      : l10n.t('Waited for {count} jobs: {facts}', { count, facts: factsOf(jobs) });
  const areDemo = jobs.every(({ tracked }) => tracked !== undefined && isDemo(tracked.reference));
  return { words: countWithDemoMark(words, areDemo), severity: severityOf(outcome) };
}

function factsOf(jobs: readonly CountedJob[]): string {
  const groups = new Map<string, CountedJob[]>();
  for (const outcome of WORST_FIRST) {
    const group = jobs.filter((job) => job.outcome === outcome);
    if (group.length > 0) groups.set(outcomeWords(outcome, group.length), group);
  }
  const facts = [...groups].map(([words, [first, ...others]]) => {
    const isNamed = others.length === 0 && first?.outcome === 'failed' && first.tracked !== undefined;
    return isNamed ? withDetail(words, truncate(distinctJobTitle(first.tracked), MAX_NAME_LENGTH)) : words;
  });
  return joinWithCommas(facts);
}

/** E.g. `2 failed`. */
function outcomeWords(outcome: Outcome, count: number): string {
  switch (outcome) {
    case 'failed':
      return l10n.t('{count} failed', { count });
    case 'refused':
      return l10n.t('{count} cannot be polled', { count });
    case 'not-found':
      return l10n.t('{count} not found or no longer available', { count });
    case 'cancelled':
      return l10n.t('{count} cancelled', { count });
    case 'removed':
      return l10n.t('{count} no longer tracked', { count });
    case 'waiting':
      return l10n.t('{count} waiting for completion or rollback', { count });
    case 'unreachable':
    case 'timed-out':
      return l10n.t('{count} running', { count });
    case 'succeeded':
      return l10n.t('{count} succeeded', { count });
  }
}

function severityOf(outcome: Outcome): WaitSummary['severity'] {
  switch (outcome) {
    case 'failed':
      return 'error';
    case 'refused':
    case 'not-found':
    case 'cancelled':
      return 'warning';
    case 'removed':
    case 'waiting':
    case 'unreachable':
    case 'timed-out':
    case 'succeeded':
      return 'information';
  }
}

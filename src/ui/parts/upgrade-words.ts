/** What the owner of a waiting upgrade has to decide, and what each choice means. */
import { l10n } from 'vscode';
import type { Instant } from '../../base/clock';
import { isPossible, needsDecision, upgradedState, waitsSince } from '../../jobs/model/waiting-upgrade';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { msUntilElapsedChanges } from '../text/duration';
import { shownName } from '../text/job-words';
import { joinSentences, withDots } from '../text/punctuation';

const REQUEST = 'POST /v3/{project_id}/elb/loadbalancers/{loadbalancer_id}/upgrade';
const PERMISSION = 'elb:loadbalancers:update';

/** E.g. `complete (no way back) or roll back (to the old load balancer) · UPGRADED`, for a row, which may cut off its end. */
export function decisionWords(tracked: TrackedJob): string {
  return withDots([choicesWord(upgradedState(tracked)), upgradedStateWord(tracked)]);
}

/** The state of the upgraded load balancer as the service calls it; undefined if it is not known. */
export function upgradedStateWord(tracked: TrackedJob): string | undefined {
  const state = upgradedState(tracked);
  return state === undefined ? undefined : shownName(state);
}

/** What can be decided, and how; undefined if the job does not wait for a decision. */
export function decisionSentence(tracked: TrackedJob): string | undefined {
  if (!needsDecision(tracked)) return undefined;
  return joinSentences([
    choicesSentence(tracked),
    l10n.t('Until then, other operations on the load balancer are blocked.'),
    l10n.t('The request is {request} with the action {complete} or {rollback}; it needs the permission {permission}.', {
      ...{ request: REQUEST, permission: PERMISSION },
      ...{ complete: 'complete', rollback: 'rollback' },
    }),
  ]);
}

/** How long the words about the wait stay the same; Infinity if the job does not wait. */
export function msUntilWaitChanges(tracked: TrackedJob, now: Instant): number {
  const since = needsDecision(tracked) ? waitsSince(tracked) : undefined;
  return since === undefined ? Infinity : msUntilElapsedChanges(now - since);
}

function choicesWord(state: string | undefined): string {
  if (isPossible('complete', state)) return l10n.t('complete (no way back) or roll back (to the old load balancer)');
  return isPossible('rollback', state)
    ? l10n.t('can only be rolled back (to the old load balancer)')
    : l10n.t('can neither be completed nor rolled back in this state');
}

function choicesSentence(tracked: TrackedJob): string {
  const state = upgradedState(tracked);
  if (isPossible('complete', state)) {
    return l10n.t(
      'Complete the upgrade (there is no way back), or roll it back (the traffic returns to the old load balancer).',
    );
  }
  const values = { state: upgradedStateWord(tracked) ?? '' };
  return isPossible('rollback', state)
    ? l10n.t(
        'The load balancer is {state}: the upgrade can only be rolled back (the traffic returns to the old load balancer).',
        values,
      )
    : l10n.t(
        'The load balancer is {state}: the upgrade can neither be completed nor rolled back in this state.',
        values,
      );
}

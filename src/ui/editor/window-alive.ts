/**
 * Checks whether this extension host still has a window. After a closed browser page or a lost connection, the host runs
 * on for hours, and its notifications are invisible.
 */
import { commands } from 'vscode';
import type { Clock } from '../../base/clock';
import { SECOND } from '../../base/time-units';
import { withTimeout } from '../../base/timing';

/**
 * On a busy computer, an open window takes seconds to answer. With the pause between two renewals of a lease, this must stay
 * below the time after which its holder counts as dead.
 */
const TIMEOUT_MS = 4 * SECOND;

export function windowAliveCheck(clock: Clock): () => Promise<boolean> {
  return () =>
    withTimeout(
      clock,
      TIMEOUT_MS,
      // The window itself sets a context key, and answers.
      commands.executeCommand('setContext', 'elbJobs.isOpen', true).then(
        () => true,
        () => false,
      ),
      () => false,
    );
}

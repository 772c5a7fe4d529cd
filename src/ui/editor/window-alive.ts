/**
 * Checks whether this extension host still has a window. After a closed browser page or a lost connection, the host runs
 * on for hours, and its notifications are invisible.
 */
import { commands } from 'vscode';
import type { Clock } from '../../base/clock';
import { SECOND } from '../../base/time-units';
import { withTimeout } from '../../base/timing';

/** A busy window takes a moment to answer. */
const TIMEOUT_MS = 2 * SECOND;

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

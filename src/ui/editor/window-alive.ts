/**
 * Whether there is still a window at the other end: an extension host outlives its window for hours where that was a
 * browser page or a connection, and what it shows then nobody sees.
 */
import { commands } from 'vscode';
import type { Clock } from '../../base/clock';
import { withTimeout } from '../../base/timing';

/** Milliseconds; a window that is busy takes a moment. */
const PATIENCE = 2000;

export function windowAliveCheck(clock: Clock): () => Promise<boolean> {
  return () =>
    withTimeout(
      clock,
      PATIENCE,
      // A context key is set by the window itself, which then answers.
      commands.executeCommand('setContext', 'elbJobs.isOpen', true).then(
        () => true,
        () => false,
      ),
      () => false,
    );
}

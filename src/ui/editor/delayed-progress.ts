/** Shows a progress notification for work that takes a while. */
import { ProgressLocation, window } from 'vscode';

/** A notification that disappears at once would distract from the one that follows. */
const DELAY_MS = 800;

export async function withDelayedProgress<T>(title: string, work: () => Promise<T>): Promise<T> {
  const done = work();
  const timer = setTimeout(() => {
    void window.withProgress({ location: ProgressLocation.Notification, title }, () => done.catch(() => undefined));
  }, DELAY_MS);
  try {
    return await done;
  } finally {
    clearTimeout(timer);
  }
}

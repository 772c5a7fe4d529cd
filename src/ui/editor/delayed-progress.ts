/** Shows that work takes a while, where it does. */
import { ProgressLocation, window } from 'vscode';

/** Milliseconds for which nobody wonders. A notice that comes and goes at once would hide the one that matters. */
const UNNOTICED = 800;

export async function withDelayedProgress<T>(title: string, work: () => Promise<T>): Promise<T> {
  const done = work();
  const timer = setTimeout(() => {
    void window.withProgress({ location: ProgressLocation.Notification, title }, () => done.catch(() => undefined));
  }, UNNOTICED);
  try {
    return await done;
  } finally {
    clearTimeout(timer);
  }
}

/** Shows that work takes a while. */
import { ProgressLocation, window } from 'vscode';

export function whileWaiting<T>(title: string, work: () => Promise<T>): Promise<T> {
  return Promise.resolve(window.withProgress({ location: ProgressLocation.Notification, title }, work));
}

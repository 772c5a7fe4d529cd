/** Watches one file with the editor's watcher, which works wherever the extension runs. */
import path from 'node:path';
import { RelativePattern, Uri, workspace } from 'vscode';
import type { Disposable } from '../../base/disposable';

export function watchFile(file: string, listener: () => void): Disposable {
  // The pattern watches the folder, since programs replace such a file instead of changing it.
  const pattern = new RelativePattern(Uri.file(path.dirname(file)), path.basename(file));
  const watcher = workspace.createFileSystemWatcher(pattern);
  watcher.onDidCreate(listener);
  watcher.onDidChange(listener);
  watcher.onDidDelete(listener);
  return watcher;
}

/** What other editors that run the extension do differently from VS Code. */
import { env } from 'vscode';

/**
 * Returns whether a tree redraws the row of a changed element. Eclipse Theia (1.74) redraws only the rows below it, and
 * offers nothing else to detect that by.
 */
export function redrawsChangedRows(): boolean {
  return env.uriScheme !== 'theia';
}

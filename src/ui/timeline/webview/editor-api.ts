/** The API of VS Code for the script of a webview. */
import type { FromPage, TimelinePage } from '../timeline-page';

/** `savedKey()` of timeline-page.ts reads the key. */
export interface SavedState {
  readonly key?: string;
  /** The id of the selected row. */
  readonly selected?: string;
  readonly isTableOpen?: boolean;
  /** What the page shows of a job that is no longer tracked: after a reload, the extension no longer knows it. */
  readonly page?: TimelinePage | undefined;
}

export interface EditorApi {
  postMessage(message: FromPage): void;
  getState(): SavedState | undefined;
  setState(state: SavedState): void;
}

declare global {
  /** VS Code allows one call. */
  function acquireVsCodeApi(): EditorApi;
}

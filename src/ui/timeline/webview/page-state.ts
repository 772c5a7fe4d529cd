/** The state of a page that survives a reload of the window: VS Code saves it with the tab. */
import type { EditorApi, SavedState } from './editor-api';

export class PageState {
  private saved: SavedState;

  constructor(private readonly editor: EditorApi) {
    this.saved = editor.getState() ?? {};
  }

  get current(): SavedState {
    return this.saved;
  }

  update(changes: SavedState): void {
    this.saved = { ...this.saved, ...changes };
    this.editor.setState(this.saved);
  }
}

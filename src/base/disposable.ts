/** Something to close after use; the editor's own disposables have the same shape. */
export interface Disposable {
  dispose(): void;
}

/** What is opened and must be closed; the editor's own disposables have the same shape. */
export interface Disposable {
  dispose(): void;
}

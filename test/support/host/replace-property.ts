/** Replaces a property of the editor's API for a test. */

/** @returns restores the original value */
export function replaceProperty(owner: object, name: string, value: unknown): () => void {
  const original = (owner as Readonly<Record<string, unknown>>)[name];
  const define = (newValue: unknown) => {
    Object.defineProperty(owner, name, { value: newValue, configurable: true, writable: true });
  };
  define(value);
  return () => {
    define(original);
  };
}

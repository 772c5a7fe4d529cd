/** Reads a module of the extension on first use. */

/**
 * Returns a function that reads once for all its calls. After a failure, the next call reads again: a folder may be unreadable for
 * a moment, e.g. while the extension is updated.
 * @param reportError returns the error with which the call rejects
 */
export function onDemand<T>(read: () => Promise<T>, reportError: (cause: unknown) => Error): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read().catch((cause: unknown) => {
      reading = undefined;
      throw reportError(cause);
    });
    return reading;
  };
}

/** @returns the message of anything thrown */
export function errorMessageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

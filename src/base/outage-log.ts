/** Logs the start of an outage once, not each failure in it. */
export class OutageLog {
  private readonly reasons = new Map<string, string>();

  constructor(private readonly write: (line: string) => void) {}

  /**
   * Logs `line`, unless `subject` has been failing for the same `reason` since it last succeeded.
   * @param reason must not differ from failure to failure, as messages of file errors do: they hold random file names
   */
  failed(subject: string, reason: string, line: string): void {
    if (this.reasons.get(subject) === reason) return;
    this.reasons.set(subject, reason);
    this.write(line);
  }

  succeeded(subject: string): void {
    this.reasons.delete(subject);
  }
}

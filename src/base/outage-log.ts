/** Logs the start of an outage once, not each failure in it. */
import type { Log } from './log';

export class OutageLog {
  private readonly reasons = new Map<string, string>();

  constructor(
    private readonly log: Log,
    private readonly level: 'warn' | 'error',
  ) {}

  /**
   * Logs `line`, unless `subject` has been failing for the same `reason` since it last succeeded.
   * @param reason must not differ from failure to failure, as messages of file errors do: they hold random file names
   */
  failed(subject: string, reason: string, line: string): void {
    if (this.reasons.get(subject) === reason) return;
    this.reasons.set(subject, reason);
    this.log[this.level](line);
  }

  succeeded(subject: string): void {
    this.reasons.delete(subject);
  }
}

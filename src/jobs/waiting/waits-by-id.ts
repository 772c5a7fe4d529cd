/** Finds the waits that the change of a job concerns. */

export class WaitsById<Wait> {
  private readonly waits = new Map<string, Set<Wait>>();

  /** @returns the waits for jobs with this id, in any project */
  of(jobId: string): readonly Wait[] {
    const waits = this.waits.get(jobId);
    return waits === undefined ? [] : [...waits];
  }

  add(jobId: string, wait: Wait): void {
    const waits = this.waits.get(jobId);
    if (waits === undefined) this.waits.set(jobId, new Set([wait]));
    else waits.add(wait);
  }

  delete(jobId: string, wait: Wait): void {
    const waits = this.waits.get(jobId);
    if (waits?.delete(wait) === true && waits.size === 0) this.waits.delete(jobId);
  }
}

/** The last list of each project, so that a job that the next list repeats is not even read. */
import type { ListedJob } from '../../cloud/api/job-schema';
import type { JobKey } from '../model/job-reference';

/** In the order of a list: the jobs, and the answers that change nothing of them. */
interface LastList {
  readonly keys: readonly JobKey[];
  /** The fingerprints of the answers; NaN, which equals nothing, if the answer changed something. */
  readonly fingerprints: readonly number[];
}

/** How many jobs may have left the list in one place before those behind them count as new. */
const MAX_SKIPPED = 32;

export class RepeatedLists {
  private readonly lists = new Map<string, LastList>();
  /** The jobs that have not changed since a list last repeated their answer. */
  private readonly unchanged = new Set<JobKey>();

  /** The job was added, changed or removed. */
  changed(key: JobKey): void {
    this.unchanged.delete(key);
  }

  /**
   * Returns the changes that a list makes, each found when the one before it has been applied.
   * @param project one list of it at a time
   * @param changeBy returns undefined if the answer changes nothing of the job, until the job changes; not called for such jobs again
   */
  *changesIn<Change>(
    project: string,
    found: ReadonlyMap<JobKey, ListedJob>,
    changeBy: (key: JobKey, listed: ListedJob) => Change | undefined,
  ): Generator<readonly [JobKey, Change]> {
    const last = this.lists.get(project) ?? { keys: [], fingerprints: [] };
    const keys: JobKey[] = [];
    const fingerprints: number[] = [];
    let place = 0;
    try {
      for (const [key, listed] of found) {
        const { fingerprint = NaN } = listed;
        const at = placeOf(key, last.keys, place);
        if (at !== undefined) place = at + 1;
        const isKnown = at !== undefined && last.fingerprints[at] === fingerprint && this.unchanged.has(key);
        const change = isKnown ? undefined : changeBy(key, listed);
        keys.push(key);
        fingerprints.push(change === undefined ? fingerprint : NaN);
        if (change !== undefined) yield [key, change];
        else this.unchanged.add(key);
      }
    } finally {
      this.lists.set(project, { keys, fingerprints });
    }
  }
}

/** @returns the index of the key if it is at `place` or soon after it */
function placeOf(key: JobKey, keys: readonly JobKey[], place: number): number | undefined {
  const end = Math.min(place + MAX_SKIPPED, keys.length);
  for (let at = place; at < end; at += 1) if (keys[at] === key) return at;
  return undefined;
}

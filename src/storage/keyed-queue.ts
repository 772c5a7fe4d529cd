/** Writes of jobs: one at a time for each, in the order in which they were asked for. */
import type { JobKey } from '../jobs/model/job-reference';

export class WriteQueue {
  /** The last that is still to be done of a job. */
  private readonly last = new Map<JobKey, Promise<unknown>>();

  has(key: JobKey): boolean {
    return this.last.has(key);
  }

  /** Answers as the action does, whose turn it is once those before it have ended, however they went. */
  add<T>(key: JobKey, action: () => Promise<T>): Promise<T> {
    const write = (this.last.get(key) ?? Promise.resolve()).catch(() => undefined).then(action);
    this.last.set(key, write);
    const forget = () => {
      if (this.last.get(key) === write) this.last.delete(key);
    };
    write.then(forget, forget);
    return write;
  }

  /** Adds an action for each at once; each is done after the one before it, too, so that the disk is not asked for all. */
  addInSuccession<T extends { readonly key: JobKey }, R>(
    all: readonly T[],
    action: (each: T) => Promise<R>,
  ): Promise<R>[] {
    let turn: Promise<unknown> = Promise.resolve();
    return all.map((each) => {
      const before = turn;
      const write = this.add(each.key, () => before.then(() => action(each)));
      turn = write.catch(() => undefined);
      return write;
    });
  }

  /** Resolves when nothing is to be written of the job. */
  async settled(key: JobKey): Promise<void> {
    while (this.last.has(key)) await Promise.allSettled([this.last.get(key)]);
  }

  /** Resolves when nothing is to be written. */
  async flush(): Promise<void> {
    while (this.last.size > 0) await Promise.allSettled(this.last.values());
  }
}

/** Measures the CPU time of work in this process. */

const RUNS = 3;

/** @returns the CPU time in milliseconds of the whole process, garbage collection included */
export async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** @returns the least CPU time of three runs after one that warms up, in milliseconds with one decimal place */
export async function bestCpuMs(work: () => unknown): Promise<number> {
  await work();
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    globalThis.gc?.();
    times.push(await cpuMs(work));
  }
  return Math.round(Math.min(...times) * 10) / 10;
}

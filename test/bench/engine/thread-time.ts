/** How long the thread works, and how long other work waits for it. */

/** @returns milliseconds in which the event loop was not idle until the work was done */
export async function threadMsOf(work: () => Promise<unknown>): Promise<number> {
  await nextTurn();
  const before = performance.eventLoopUtilization();
  await work();
  return performance.eventLoopUtilization(before).active;
}

/** @returns milliseconds of the longest turn of the event loop until the work was done */
export async function longestBlockMsOf(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let isDone = false;
  let last = performance.now();
  const check = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    // The event loop never waits while there is an immediate, so that a turn lasts as long as its work.
    if (!isDone) setImmediate(check);
  };
  setImmediate(check);
  await work();
  await nextTurn();
  isDone = true;
  return longest;
}

export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

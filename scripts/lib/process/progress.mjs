// Prints what a script is doing to stderr; stdout is for results.

/** @param {string} text */
export function printStatus(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * Prints the title of a step that may take long, and every ten seconds that it is still running.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  printStatus(`${title} …`);
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const reminder = setInterval(() => {
    printStatus(`  still running after ${seconds()} s: ${title}`);
  }, 10_000);
  try {
    const result = await work();
    if (seconds() >= 10) printStatus(`  done after ${seconds()} s: ${title}`);
    return result;
  } finally {
    clearInterval(reminder);
  }
}

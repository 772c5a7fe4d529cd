// Tells a person what a script is doing, on stderr: stdout is for results alone.

/** @param {string} text */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * Announces a step that may take long, and says every ten seconds that it is still going.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  say(`${title} …`);
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const reminder = setInterval(() => {
    say(`  still going after ${seconds()} s: ${title}`);
  }, 10_000);
  try {
    const result = await work();
    if (seconds() >= 10) say(`  done after ${seconds()} s: ${title}`);
    return result;
  } finally {
    clearInterval(reminder);
  }
}

// Prints what a program adds to a file: for programs that cannot write to a pipe.
import { open } from 'node:fs/promises';

const INTERVAL_MS = 500;

/**
 * Prints the file's text to stdout as the file grows, from its start.
 * @param {string} file  Need not exist yet.
 * @returns {() => Promise<void>} prints the rest and stops
 */
export function followFile(file) {
  let position = 0;
  let printing = Promise.resolve();
  const print = () => {
    printing = printing.then(async () => {
      position += await printFrom(file, position);
    });
    return printing;
  };
  const timer = setInterval(() => void print(), INTERVAL_MS);
  return async () => {
    clearInterval(timer);
    await print();
  };
}

/**
 * Returns how many bytes were printed.
 * @param {string} file
 * @param {number} position
 */
async function printFrom(file, position) {
  const handle = await open(file).catch(() => undefined);
  if (!handle) return 0;
  try {
    const { size } = await handle.stat();
    const bytes = Buffer.alloc(Math.max(0, size - position));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, position);
    process.stdout.write(bytes.subarray(0, bytesRead));
    return bytesRead;
  } finally {
    await handle.close();
  }
}

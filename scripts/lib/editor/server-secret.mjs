// Makes the random secret that a server on loopback asks for. Without one, any web page could use the server: the page's
// host name can resolve to 127.0.0.1.
import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** @returns {string} 256 random bits, of the characters A–Z, a–z, 0–9, - and _ */
export const newSecret = () => randomBytes(32).toString('base64url');

/**
 * Writes a file that only this user can read. A server reads its secret from it, because all users see the arguments of a
 * process.
 * @param {string} file
 * @param {string} text
 */
export async function writeSecretFile(file, text) {
  await mkdir(path.dirname(file), { recursive: true });
  await rm(file, { force: true }); // A file that exists would keep its mode.
  await writeFile(file, text, { mode: 0o600, flag: 'wx' });
}
